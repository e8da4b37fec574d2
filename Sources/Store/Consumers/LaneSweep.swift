import Crypto
import Postgres

/// One transaction for several lanes of one consumer and one worker: what a group commit is for writers.
///
/// Each lane is as safe in it as in a transaction of its own, by its token and its checkpoint. What a lane needs
/// besides applying (to be muted, to be kept behind another version) is not done here: such a lane is told to go alone.
struct LaneSweep: Sendable {
    /// One lane's wish: its events behind the checkpoint, at most so many.
    struct Part: Sendable {
        let lane: Int16
        let token: Int64
        let checkpoint: Int64
        let limit: Int
    }

    enum Outcome: Hashable, Sendable {
        case nothing
        /// `diverted` of the events went to the letters behind their streams.
        case applied(through: Int64, diverted: Int)
        /// The row says otherwise: the lane is another's, or stands elsewhere.
        case lost
        case mustGoAlone
    }

    let consumer: any Consumer
    let log: EventLog
    let limits: ConsumerLimits
    let parts: [Part]

    private var name: String { consumer.name.description }

    /// Sent with BEGIN: the rows, locked in one order, and what stands behind the checkpoints.
    var opening: [SQL] {
        [
            """
            SELECT c.lane, c.position, c.follows IS NOT NULL OR c.position < c.muted_through,
                EXISTS (SELECT FROM parked_streams p WHERE p.consumer = c.consumer),
                EXISTS (SELECT FROM consumer_failures f WHERE f.consumer = c.consumer)
            FROM consumer_lanes c JOIN unnest(\(parts.map(\.lane)), \(parts.map(\.token))) AS w(lane, token)
                ON c.lane = w.lane AND c.token = w.token
            WHERE c.consumer = \(name) ORDER BY c.lane FOR UPDATE OF c
            """,
            EventLog.pages(
                lanes: parts.map(\.lane), after: parts.map(\.checkpoint), limits: parts.map { Int64($0.limit) }),
        ]
    }

    /// What became of the lanes, and what is to go out with COMMIT.
    func apply(_ opened: [PostgresRows], in session: PostgresSession) async throws
        -> (value: [Int16: Outcome], closing: [SQL])
    {
        var outcomes: [Int16: Outcome] = [:]
        var ours: [Int16: Part] = [:]
        for part in parts { outcomes[part.lane] = .lost }
        var (hasParkedStreams, hasFailures) = (false, false)
        let byLane = Dictionary(parts.map { ($0.lane, $0) }, uniquingKeysWith: { first, _ in first })
        for row in opened[0] {
            let (lane, position, isSpecial, hasParked, hasFailed) = try row.decode(
                Int16.self, Int64.self, Bool.self, Bool.self, Bool.self)
            guard let part = byLane[lane], part.checkpoint == position else { continue }
            outcomes[lane] = isSpecial ? .mustGoAlone : .nothing
            if !isSpecial { ours[lane] = part }
            (hasParkedStreams, hasFailures) = (hasParked, hasFailed)
        }
        let events = try EventLog.events(in: opened[1], after: byLane.mapValues(\.checkpoint)).filter {
            ours[$0.lane] != nil
        }
        var sound = events
        if hasParkedStreams, !events.isEmpty {
            let behind = try await ParkedStreams(of: consumer.name).divert(events, in: session)
            if !behind.isEmpty { sound.removeAll { behind.contains($0.stream) } }
        }
        var reached: [Int16: Int64] = [:]
        var diverted: [Int16: Int] = [:]
        for event in events {
            reached[event.lane] = event.position
            diverted[event.lane, default: 0] += 1
        }
        for event in sound { diverted[event.lane, default: 0] -= 1 }
        if reached.isEmpty { return (outcomes, []) }
        if !sound.isEmpty { try await consumer.apply(sound, outward: .due, in: session) }
        for (lane, position) in reached {
            outcomes[lane] = .applied(through: position, diverted: diverted[lane] ?? 0)
        }
        let moved = ours.values.filter { reached[$0.lane] != nil }
        return (outcomes, advance(moved, to: reached, forgettingFailures: hasFailures))
    }

    /// Goes out with COMMIT, unseen: the rows were locked where they stand, so nobody can have moved them since.
    private func advance(_ parts: [Part], to reached: [Int16: Int64], forgettingFailures: Bool) -> [SQL] {
        let lanes = parts.map(\.lane)
        let positions = parts.map { reached[$0.lane] ?? $0.checkpoint }
        var statements: [SQL] = [
            """
            UPDATE consumer_lanes c
            SET position = w.position, idle_takeovers = 0, updated_at = clock_timestamp(),
                lease_until = clock_timestamp() + \(limits.lease)
            FROM unnest(\(lanes), \(parts.map(\.token)), \(parts.map(\.checkpoint)), \(positions))
                AS w(lane, token, checkpoint, position)
            WHERE c.consumer = \(name) AND c.lane = w.lane AND c.token = w.token AND c.position = w.checkpoint
            """
        ]
        if forgettingFailures {
            statements.append(
                """
                DELETE FROM consumer_failures f USING unnest(\(lanes), \(parts.map(\.checkpoint)), \(positions))
                    AS w(lane, checkpoint, position)
                WHERE f.consumer = \(name) AND f.lane = w.lane AND f.position > w.checkpoint AND f.position <= w.position
                """)
        }
        return statements
    }
}
