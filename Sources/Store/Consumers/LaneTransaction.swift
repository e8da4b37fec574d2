import Postgres

/// The transactions of one lane's owner. Each begins by locking the lane's row under token and checkpoint, and has no effect
/// if either is not as believed.
final class LaneTransaction: Sendable {
    /// The row says otherwise: the lane is another's, or stands elsewhere.
    struct LaneLost: Error {}

    enum Outcome: Hashable {
        case nothing
        /// `diverted` of the events went to the letters behind their streams.
        case applied(through: Int64, diverted: Int)
    }

    let consumer: any Consumer
    let log: EventLog
    let lane: Int16
    let token: Int64
    let checkpoint: Int64
    let limits: ConsumerLimits

    init(
        _ consumer: any Consumer, _ log: EventLog, lane: Int16, token: Int64, checkpoint: Int64, limits: ConsumerLimits
    ) {
        self.consumer = consumer
        self.log = log
        self.lane = lane
        self.token = token
        self.checkpoint = checkpoint
        self.limits = limits
    }

    private var name: String { consumer.name.description }

    private struct Row {
        let mutedThrough: Int64
        /// How far a version may read that follows the live one.
        let ceiling: Int64
        let hasParkedStreams: Bool
    }

    private func lock(in session: PostgresSession) async throws -> Row {
        let rows = try await session.query(
            """
            SELECT position, muted_through,
                CASE WHEN follows IS NULL THEN \(Int64.max) ELSE
                    (SELECT o.position FROM consumer_lanes o WHERE o.consumer = c.follows AND o.lane = c.lane) END,
                EXISTS (SELECT FROM parked_streams p WHERE p.consumer = c.consumer)
            FROM consumer_lanes c WHERE consumer = \(name) AND lane = \(lane) AND token = \(token) FOR UPDATE
            """)
        guard let row = rows.first else { throw LaneLost() }
        let (position, muted, ceiling, hasParked) = try row.decode(Int64.self, Int64.self, Int64?.self, Bool.self)
        guard position == checkpoint else { throw LaneLost() }
        return Row(mutedThrough: muted, ceiling: ceiling ?? checkpoint, hasParkedStreams: hasParked)
    }

    /// `reached` learns how many events are about to be applied, so that a failure can be told from one that came before.
    func apply(limit: Int, in session: PostgresSession, reached: (Int) -> Void) async throws -> Outcome {
        let row = try await lock(in: session)
        var limit = min(limit, Int(clamping: row.ceiling - checkpoint))
        // What is muted and what is due never share a batch.
        let isMuted = checkpoint < row.mutedThrough
        if isMuted { limit = min(limit, Int(clamping: row.mutedThrough - checkpoint)) }
        guard limit > 0 else { return .nothing }
        let events = try await log.page(lane: lane, after: checkpoint, limit: limit, through: .session(session))
        guard let last = events.last else { return .nothing }
        var sound = events
        if row.hasParkedStreams {
            let parked = ParkedStreams(of: consumer.name)
            let behind = try await parked.divert(events, in: session)
            if !behind.isEmpty { sound.removeAll { behind.contains($0.stream) } }
        }
        reached(sound.count)
        if !sound.isEmpty {
            try await consumer.apply(sound, outward: isMuted ? .muted : .due, in: session)
        }
        try await advance(to: last.position, in: session)
        return .applied(through: last.position, diverted: events.count - sound.count)
    }

    private func advance(to position: Int64, in session: PostgresSession) async throws {
        let answers = try await session.executeBatch([
            """
            UPDATE consumer_lanes
            SET position = \(position), idle_takeovers = 0, updated_at = clock_timestamp(),
                lease_until = clock_timestamp() + \(limits.lease)
            WHERE consumer = \(name) AND lane = \(lane) AND token = \(token) AND position = \(checkpoint)
            """,
            """
            DELETE FROM consumer_failures
            WHERE consumer = \(name) AND lane = \(lane) AND position BETWEEN \(checkpoint + 1) AND \(position)
            """,
        ])
        guard answers[0].affected == 1 else { throw LaneLost() }
    }

    /// Writes down an attempt at the next event: before it is made in single steps, and after it failed otherwise.
    func note(_ attempts: Int32, _ note: FailureNote, in session: PostgresSession) async throws {
        _ = try await lock(in: session)
        try await session.query(
            """
            INSERT INTO consumer_failures (consumer, lane, position, organization_id, attempts, error_class, error)
            SELECT \(name), lane, position, organization_id, \(attempts), \(note.errorClass), \(note.text)
            FROM events WHERE lane = \(lane) AND position = \(checkpoint + 1)
            ON CONFLICT (consumer, lane, position) DO UPDATE
            SET attempts = excluded.attempts, error_class = excluded.error_class, error = excluded.error,
                last_at = clock_timestamp()
            """)
    }

    /// Puts the next event aside, with its stream, and goes past it. The reason is what was written down last.
    func park(_ note: FailureNote, attempts: Int32, in session: PostgresSession) async throws {
        _ = try await lock(in: session)
        guard let event = try await log.page(lane: lane, after: checkpoint, limit: 1, through: .session(session)).first
        else {
            throw LaneLost()
        }
        try await ParkedStreams(of: consumer.name).park(event, note, attempts: attempts, in: session)
        try await advance(to: checkpoint + 1, in: session)
    }
}
