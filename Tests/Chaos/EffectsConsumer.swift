import Glibc
import Postgres
import Store

/// Writes a row for each event into a table that would take it twice.
struct EffectsConsumer: Consumer {
    static let consumerName = ConsumerName("effects", version: 1)!
    let name = consumerName

    struct Poisonous: Error {}

    func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        if events.contains(where: { $0.type != WrittenRecord.EventKind.plain.rawValue }), try await !isRepaired(session)
        {
            for event in events where event.type == WrittenRecord.EventKind.deadly.rawValue { abort() }
            if events.contains(where: { $0.type == WrittenRecord.EventKind.poison.rawValue }) { throw Poisonous() }
        }
        try await session.query(
            """
            INSERT INTO effects (lane, position, stream_id, version, event_id)
            SELECT * FROM unnest(\(events.map(\.lane)), \(events.map(\.position)), \(events.map(\.stream)),
                \(events.map(\.version)), \(events.map(\.id)))
            """)
    }

    private func isRepaired(_ session: PostgresSession) async throws -> Bool {
        try await session.query("SELECT FROM repaired").count > 0
    }
}
