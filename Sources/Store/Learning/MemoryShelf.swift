import Crypto
import Domain
import Postgres
import Wire

/// All that is remembered of a customer, as the log has it: the rows, and what the log says behind them.
struct MemoryShelf {
    let customer: CustomerID
    private(set) var rows: [MemoryRow]

    static func read(
        of customer: CustomerID, _ database: TenantDatabase, _ sealing: Sealing?, in transaction: TenantTransaction
    ) async throws -> MemoryShelf {
        let own: SQL =
            "customer_id = \(customer.uuid) AND organization_id = \(database.organization.uuid)"
        var version =
            try await transaction.query("SELECT version FROM memory_owners_v1 WHERE \(own)").first?
            .decode(Int32.self) ?? 0
        let rows = try await transaction.query(
            "SELECT \(MemoryRow.columns) FROM memories WHERE \(own) ORDER BY created_at, memory_id"
        ).map { try MemoryRow($0) }
        var shelf = MemoryShelf(customer: customer, rows: rows)
        while true {
            let stream = MemoryStream.id(of: customer.uuid)
            var events = try await StreamDesk(database).events(of: stream, after: version, limit: EventLog.pageMax)
            guard let last = events.last else { return shelf }
            if let sealing { events = try await sealing.opened(events, through: .pool(database.pool)) }
            for event in events { try shelf.fold(event) }
            version = last.version
        }
    }

    private mutating func fold(_ event: RecordedEvent) throws {
        guard case .fact(.memory(let fact)) = try event.decoded() else { return }
        switch fact {
        case .memoryRemembered(let memory):
            guard !rows.contains(where: { $0.id == memory.memory }) else { return }
            rows.append(MemoryRow(memory, of: customer, at: event.occurredAt))
        case .memoryCorrected(let memory):
            guard let place = rows.firstIndex(where: { $0.id == memory.memory }) else { return }
            let known = rows[place]
            let corrected = MemoryRemembered(
                memory: known.id, kind: known.kind, content: memory.content, relevance: known.relevance,
                provenance: known.provenance, metadata: known.metadata)
            rows[place] = MemoryRow(corrected, of: customer, at: known.createdAt)
            rows[place].wasToldAgain(memory.provenance, memory.metadata, at: event.occurredAt)
        case .memoryForgotten(let memory): rows.removeAll { $0.id == memory.memory }
        }
    }

    var known: [MemoryJudge.Known] {
        rows.map { MemoryJudge.Known(memory: $0.id, kind: $0.kind, content: $0.content) }
    }
}
