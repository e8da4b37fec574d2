import Crypto
import Domain
import Jobs
package import Postgres

/// Keeps what is remembered of customers, and the patterns of calls. Each event is one change to a row, in the order of its stream;
/// a customer who was forgotten stays so, whatever comes from the stream of memories afterwards.
package final class LearningConsumer: Consumer {
    package static let version: Int32 = 1

    package let name: ConsumerName
    private let sealing: Sealing?

    package init(sealing: Sealing?) {
        guard let name = ConsumerName("learning", version: Self.version) else {
            preconditionFailure("versions begin at 1")
        }
        self.name = name
        self.sealing = sealing
    }

    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await apply(events, outward: .due, in: session)
    }

    package func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        var ours = events.filter { Self.types.contains($0.type) }
        if ours.isEmpty { return }
        if let sealing { ours = try await sealing.opened(ours, through: .session(session)) }
        var statements: [SQL] = []
        for event in ours {
            switch try event.decoded() {
            case .fact(.memory(let fact)): statements += MemoryChanges.statements(for: fact, event)
            case .fact(.pattern(let fact)): statements += PatternChanges.statements(for: fact, event)
            case .fact(.customer(let fact)): statements += MemoryChanges.statements(for: fact, event)
            default: continue
            }
        }
        if !statements.isEmpty { try await session.executeBatch(statements) }
        // New words want a place. Whatever is missed here is found by whoever looks now and then.
        let words: Set<EventType> = [.memoryRemembered, .memoryCorrected]
        if outward == .due, ours.contains(where: { EventType(rawValue: $0.type).map(words.contains) ?? false }) {
            try await JobBoard.enqueue([MemoryErrand.embed], in: session)
        }
    }

    private static let types: Set<String> = {
        let streams: Set<StreamKind> = [.memory, .pattern]
        let others: Set<EventType> = [.customerErased, .customerMerged]
        return Set(EventType.allCases.filter { streams.contains($0.stream) || others.contains($0) }.map(\.rawValue))
    }()
}
