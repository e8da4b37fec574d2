package import Postgres

/// Building a new version of a consumer beside the live one, and going over to it.
///
/// A new version that workers are started for begins at 0 in tables of its own and reads the log in large pages straight from
/// Postgres, its lanes in parallel, never further than the live version has come. All that time its outward effects are
/// muted: the live version has had them. `switchOver` stops the old one where it is and lets the new one go on from there,
/// in one transaction, so that each outward effect is had by one of them.
package struct Rebuild: Sendable {
    package struct Progress: Hashable, Sendable {
        package struct Lane: Hashable, Sendable {
            package let lane: Int16
            package let position: Int64
            /// Where the live version is; the end of the log when this one is live itself.
            package let goal: Int64
        }

        package let lanes: [Lane]
        package let isLive: Bool

        package var done: Int64 { lanes.reduce(0) { $0 + $1.position } }
        package var goal: Int64 { lanes.reduce(0) { $0 + $1.goal } }
        package var lag: Int64 { max(0, goal - done) }
    }

    package enum Verdict: Hashable, Sendable {
        case switched(from: ConsumerName)
        case isLiveAlready
        /// Still so many events behind: nothing was changed.
        case isBehind(Int64)
        /// No worker ever began with this version, or it is not being built any more.
        case isNotBuilt
    }

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// The version of a consumer whose read model is to be asked; nil when there is none of that name.
    package func liveVersion(of name: String, through source: LogSource) async throws -> ConsumerName? {
        let rows = try await source.query(
            "SELECT version FROM live_consumers WHERE name = \(name)", site: #function)
        return try rows.first.flatMap { ConsumerName(name, version: try $0.decode(Int32.self)) }
    }

    package func progress(of consumer: ConsumerName) async throws -> Progress {
        let rows = try await pool.query(
            """
            SELECT c.lane, c.position, c.follows IS NULL AND NOT c.is_retired, coalesce(o.position,
                (SELECT e.position FROM events e WHERE e.lane = c.lane ORDER BY e.position DESC LIMIT 1), 0)
            FROM consumer_lanes c LEFT JOIN consumer_lanes o ON o.consumer = c.follows AND o.lane = c.lane
            WHERE c.consumer = \(consumer.description) ORDER BY c.lane
            """
        ).map { try $0.decode(Int16.self, Int64.self, Bool.self, Int64.self) }
        return Progress(
            lanes: rows.map { Progress.Lane(lane: $0.0, position: $0.1, goal: $0.3) },
            isLive: !rows.isEmpty && rows.allSatisfy(\.2))
    }

    /// Makes a version the live one, if no more than `lagMax` events are missing. What the new version lacks it gets right
    /// afterwards, muted; at 0 nobody sees a step back.
    ///
    /// Both versions stand still meanwhile. `compare` may look at both read models, change views, or throw, which leaves all
    /// as it was.
    package func switchOver(
        to consumer: ConsumerName, lagMax: Int64 = 0, compare: (PostgresSession) async throws -> Void = { _ in }
    ) async throws -> Verdict {
        try await pool.withTransaction { session in
            let live = try await session.query(
                "SELECT version FROM live_consumers WHERE name = \(consumer.name) FOR UPDATE")
            guard let version = try live.first?.decode(Int32.self), let old = consumer.version(version) else {
                return .isNotBuilt
            }
            if old == consumer { return .isLiveAlready }
            let (from, to) = (old.description, consumer.description)
            try await session.query(
                "SELECT FROM consumer_lanes WHERE consumer IN (\(from), \(to)) ORDER BY consumer, lane FOR UPDATE")
            let (followers, lanes, lag) = try await session.query(
                """
                SELECT count(*) FILTER (WHERE n.follows = o.consumer), count(*),
                    coalesce(sum(o.position - coalesce(n.position, 0)), 0)::bigint
                FROM consumer_lanes o LEFT JOIN consumer_lanes n ON n.consumer = \(to) AND n.lane = o.lane
                WHERE o.consumer = \(from)
                """
            ).one.decode(Int.self, Int.self, Int64.self)
            guard followers == lanes else { return .isNotBuilt }
            guard lag <= lagMax else { return .isBehind(lag) }
            try await compare(session)
            try await session.executeBatch([
                """
                UPDATE consumer_lanes n SET muted_through = o.position, follows = NULL, updated_at = clock_timestamp()
                FROM consumer_lanes o
                WHERE n.consumer = \(to) AND o.consumer = \(from) AND o.lane = n.lane
                """,
                // The token too, so that whoever works for the old version is fenced off.
                """
                UPDATE consumer_lanes SET is_retired = true, token = token + 1, owner = NULL, lease_until = '-infinity',
                    updated_at = clock_timestamp()
                WHERE consumer = \(from)
                """,
                // Whoever else is being built goes on beside the version that lives.
                "UPDATE consumer_lanes SET follows = \(to) WHERE follows = \(from)",
                """
                UPDATE live_consumers SET version = \(consumer.version), switched_at = clock_timestamp()
                WHERE name = \(consumer.name)
                """,
            ])
            return .switched(from: old)
        }
    }

    /// Takes away what is known of a version that is not live: its checkpoints, failures and letters' streams. Its tables are
    /// the business of whoever made them. Answers false, and does nothing, while it is live.
    package func forget(_ consumer: ConsumerName) async throws -> Bool {
        try await pool.withTransaction { session in
            let live = try await session.query(
                "SELECT version FROM live_consumers WHERE name = \(consumer.name) FOR UPDATE")
            if try live.first?.decode(Int32.self) == consumer.version { return false }
            let name = consumer.description
            try await session.executeBatch([
                "DELETE FROM consumer_lanes WHERE consumer = \(name)",
                "DELETE FROM consumer_workers WHERE consumer = \(name)",
                "DELETE FROM consumer_failures WHERE consumer = \(name)",
                """
                UPDATE dead_letters SET state = 'discarded', decided_at = clock_timestamp()
                WHERE consumer = \(name) AND state = 'parked'
                """,
                "DELETE FROM parked_streams WHERE consumer = \(name)",
            ])
            return true
        }
    }
}
