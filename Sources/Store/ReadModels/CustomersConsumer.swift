import Crypto
import Domain
package import Postgres

/// Keeps the rows of customers. Nothing is read before it is written: each event is one change to a row, in the order of its
/// stream.
package final class CustomersConsumer: Consumer {
    package static let version: Int32 = 1

    package let name: ConsumerName
    private let sealing: Sealing?

    /// Without `sealing` everything sealed reads as if it had been erased.
    package init(sealing: Sealing? = nil) {
        self.sealing = sealing
        guard let name = ConsumerName("customers", version: Self.version) else {
            preconditionFailure("versions begin at 1")
        }
        self.name = name
    }

    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        var ours = events.filter { Self.types.contains($0.type) }
        if let sealing { ours = try await sealing.opened(ours, through: .session(session)) }
        var statements: [SQL] = []
        for event in ours {
            guard case .fact(.customer(let fact)) = try event.decoded() else { continue }
            statements.append(Self.row(of: event))
            statements += CustomerChanges.statements(for: fact, event)
        }
        // As many in one round trip as were given; the rows of other streams cost nothing.
        if !statements.isEmpty { try await session.executeBatch(statements) }
    }

    /// The row is there, and knows how far it is.
    private static func row(of event: RecordedEvent) -> SQL {
        """
        INSERT INTO customers_v1 AS t (customer_id, organization_id, updated_at, version)
        VALUES (\(event.stream), \(event.organization), \(event.occurredAt), \(event.version))
        ON CONFLICT (customer_id) DO UPDATE
        SET version = greatest(t.version, excluded.version), updated_at = greatest(t.updated_at, excluded.updated_at)
        """
    }

    private static let types = Set(EventType.allCases.filter { $0.stream == .customer }.map(\.rawValue))
}
