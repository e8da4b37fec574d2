package import Crypto
package import Postgres

/// The leases of one consumer's lanes, taken and held by one worker. All of it by the clock of Postgres.
///
/// A class, as `EventLog` is, because it holds a UUID and has async functions.
package final class LaneLeases: Sendable {
    package let consumer: ConsumerName
    /// Made anew by every start: names of hosts and processes come back, and so would their leases.
    package let owner: UUID
    let limits: ConsumerLimits

    package init(of consumer: ConsumerName, owner: UUID, limits: ConsumerLimits) {
        self.consumer = consumer
        self.owner = owner
        self.limits = limits
    }

    private var name: String { consumer.description }

    /// What a look around found.
    package struct Round: Sendable {
        /// Lanes that are ours by the table.
        package let owned: [LeasedLane]
        package let lanes: Int
        package let live: Int
    }

    /// Makes the consumer's rows where there are none. The first version of a name is live at once; any other follows the
    /// live one until it is switched to.
    package func register(lanes: Int16, in session: PostgresSession) async throws {
        try await session.executeBatch([
            """
            INSERT INTO live_consumers (name, version) VALUES (\(consumer.name), \(consumer.version))
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO consumer_lanes (consumer, lane, follows, muted_through)
            SELECT \(name), l, v.follows, CASE WHEN v.follows IS NULL THEN 0 ELSE \(Int64.max) END
            FROM generate_series(0, \(Int32(lanes) - 1)) AS l
            LEFT JOIN LATERAL (
                SELECT name || '@' || version AS follows FROM live_consumers
                WHERE name = \(consumer.name) AND version <> \(consumer.version)
            ) AS v ON true
            ORDER BY l
            ON CONFLICT DO NOTHING
            """,
        ])
    }

    /// Says that we live, renews what is ours, and looks who else is there.
    ///
    /// A lane whose row is locked is being applied, which renews its lease itself; nobody takes it meanwhile.
    package func renew(in session: PostgresSession) async throws -> Round {
        let answers = try await session.executeBatch([
            """
            INSERT INTO consumer_workers (consumer, owner, alive_until)
            VALUES (\(name), \(owner), clock_timestamp() + \(limits.lease))
            ON CONFLICT (consumer, owner) DO UPDATE SET alive_until = excluded.alive_until
            """,
            """
            UPDATE consumer_lanes SET lease_until = clock_timestamp() + \(limits.lease)
            WHERE (consumer, lane) IN (
                SELECT consumer, lane FROM consumer_lanes WHERE consumer = \(name) AND owner = \(owner)
                ORDER BY lane FOR UPDATE SKIP LOCKED)
            """,
            """
            SELECT lane, token, position, step_through, follows IS NOT NULL FROM consumer_lanes
            WHERE consumer = \(name) AND owner = \(owner) ORDER BY lane
            """,
            """
            SELECT (SELECT count(*) FROM consumer_lanes WHERE consumer = \(name) AND NOT is_retired),
                (SELECT count(*) FROM consumer_workers WHERE consumer = \(name) AND alive_until > clock_timestamp())
            """,
        ])
        let (lanes, live) = try answers[3].one.decode(Int.self, Int.self)
        return Round(owned: try answers[2].map(Self.lane), lanes: lanes, live: live)
    }

    /// Takes lanes that nobody holds, or whose holder has not been heard of.
    package func take(upTo count: Int, in session: PostgresSession) async throws -> [LeasedLane] {
        let answers = try await session.executeBatch([
            """
            WITH free AS (
                -- Deserted: its owner said no good-bye, though there was work.
                SELECT consumer, lane, idle_takeovers + (owner IS NOT NULL AND EXISTS (
                    SELECT FROM events e WHERE e.lane = l.lane AND e.position > l.position))::int AS takeovers
                FROM consumer_lanes l
                WHERE consumer = \(name) AND NOT is_retired AND lease_until <= clock_timestamp()
                ORDER BY random() LIMIT \(Int64(count)) FOR UPDATE SKIP LOCKED
            )
            UPDATE consumer_lanes l
            SET owner = \(owner), token = token + 1, lease_until = clock_timestamp() + \(limits.lease),
                updated_at = clock_timestamp(),
                idle_takeovers = CASE WHEN takeovers >= \(ConsumerLimits.idleTakeoversMax) THEN 0 ELSE takeovers END,
                step_through = CASE WHEN takeovers >= \(ConsumerLimits.idleTakeoversMax)
                    THEN greatest(step_through, position + \(Int64(largestBatch))) ELSE step_through END
            FROM free WHERE free.consumer = l.consumer AND free.lane = l.lane
            """,
            // Read once the rows are ours, so that the attempts are those of this position.
            """
            SELECT l.lane, l.token, l.position, l.step_through, l.follows IS NOT NULL, coalesce(f.attempts, 0)
            FROM consumer_lanes l
            LEFT JOIN consumer_failures f
                ON f.consumer = l.consumer AND f.lane = l.lane AND f.position = l.position + 1
            WHERE l.consumer = \(name) AND l.owner = \(owner) ORDER BY l.lane
            """,
        ])
        return try answers[1].map { row in
            let (lane, token, position, step, isFollowing, tries) = try row.decode(
                Int16.self, Int64.self, Int64.self, Int64.self, Bool.self, Int32.self)
            return LeasedLane(
                lane: lane, token: token, position: position, stepThrough: step, tries: tries, isFollowing: isFollowing)
        }
    }

    /// Lets go of lanes in good order: the next owner has no reason to be careful.
    package func release(_ lanes: [LeasedLane], in session: PostgresSession) async throws {
        try await session.query(
            """
            UPDATE consumer_lanes l SET owner = NULL, lease_until = '-infinity', updated_at = clock_timestamp()
            FROM unnest(\(lanes.map(\.lane)), \(lanes.map(\.token))) AS mine(lane, token)
            WHERE l.consumer = \(name) AND l.lane = mine.lane AND l.token = mine.token
            """)
    }

    /// Lets go of everything.
    package func leave(in session: PostgresSession) async throws {
        try await session.executeBatch([
            """
            UPDATE consumer_lanes SET owner = NULL, lease_until = '-infinity', updated_at = clock_timestamp()
            WHERE consumer = \(name) AND owner = \(owner)
            """,
            """
            DELETE FROM consumer_workers
            WHERE consumer = \(name) AND (owner = \(owner) OR alive_until < clock_timestamp() - interval '1 hour')
            """,
        ])
    }

    /// One lane's row as soon as no transaction holds it; nil once it is another's.
    package func lookUp(_ lane: Int16, token: Int64, in session: PostgresSession) async throws -> LeasedLane? {
        try await session.query(
            """
            SELECT lane, token, position, step_through, follows IS NOT NULL FROM consumer_lanes
            WHERE consumer = \(name) AND lane = \(lane) AND token = \(token) FOR UPDATE
            """
        ).first.map(Self.lane)
    }

    /// The last position of each lane that this consumer may read: of the log, or of the version it follows.
    package func heads(through source: LogSource) async throws -> [Int16: Int64] {
        let rows = try await source.query(
            """
            SELECT c.lane, coalesce(o.position,
                (SELECT e.position FROM events e WHERE e.lane = c.lane ORDER BY e.position DESC LIMIT 1), 0)
            FROM consumer_lanes c LEFT JOIN consumer_lanes o ON o.consumer = c.follows AND o.lane = c.lane
            WHERE c.consumer = \(name)
            """, site: #function)
        var heads: [Int16: Int64] = [:]
        for row in rows {
            let (lane, head) = try row.decode(Int16.self, Int64.self)
            heads[lane] = head
        }
        return heads
    }

    private var largestBatch: Int { max(limits.batchMax, limits.batchBehindMax, limits.rebuildPage) }

    private static func lane(_ row: PostgresRow) throws -> LeasedLane {
        let (lane, token, position, step, isFollowing) = try row.decode(
            Int16.self, Int64.self, Int64.self, Int64.self, Bool.self)
        return LeasedLane(
            lane: lane, token: token, position: position, stepThrough: step, isFollowing: isFollowing)
    }
}
