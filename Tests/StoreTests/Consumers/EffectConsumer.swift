import Crypto
import Postgres
import Store

/// A consumer whose effects are rows of a table without any unique index, so that what happens twice shows.
struct EffectConsumer: Consumer {
    typealias Rule = @Sendable ([RecordedEvent], PostgresSession) async throws -> Void

    let name: ConsumerName
    /// Runs when the rows are written and nothing is committed.
    let rule: Rule

    init(_ name: String = "effects@1", _ rule: @escaping Rule = { _, _ in }) throws {
        guard let name = ConsumerName(name) else { throw Misnamed() }
        self.name = name
        self.rule = rule
    }

    struct Misnamed: Error {}
    /// What an event itself can bring about.
    struct Unreadable: Error {}

    static let table: SQL =
        """
        CREATE TABLE effects (
            seq bigint GENERATED ALWAYS AS IDENTITY, consumer text, lane smallint, position bigint, stream_id uuid,
            version int, is_muted boolean)
        """

    func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await apply(events, outward: .due, in: session)
    }

    func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        try await session.query(
            """
            INSERT INTO effects (consumer, lane, position, stream_id, version, is_muted)
            SELECT \(name.description), e.*, \(outward == .muted)
            FROM unnest(\(events.map(\.lane)), \(events.map(\.position)), \(events.map(\.stream)),
                \(events.map(\.version))) AS e
            """)
        try await rule(events, session)
    }
}
