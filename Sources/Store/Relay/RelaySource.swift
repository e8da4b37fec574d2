import Crypto
import Postgres

/// What a relay reads in Postgres.
struct RelaySource: Sendable {
    let log: EventLog
    let pool: PostgresPool

    /// The lanes' last positions, if they are of the history that `keys` names; nil where there was a failover.
    func heads(of keys: StreamKeys) async throws -> [Int64]? {
        let heads = try await log.heads(through: .pool(pool))
        let current = try await StreamKeys.read(log.id, through: .pool(pool))
        return current == keys ? heads : nil
    }

    /// The least checkpoint of each lane that has consumers. Those who no longer read don't count, and neither do those being
    /// built, which read Postgres.
    func slowest() async throws -> [Int16: Int64] {
        let rows = try await pool.query(
            """
            SELECT lane, min(position) FROM consumer_lanes WHERE NOT is_retired AND follows IS NULL GROUP BY lane
            """)
        var slowest: [Int16: Int64] = [:]
        for row in rows {
            let (lane, position) = try row.decode(Int16.self, Int64.self)
            slowest[lane] = position
        }
        return slowest
    }

    func entries(lane: Int16, after position: Int64, limit: Int) async throws -> [RelayRedis.Entry] {
        let rows = try await pool.query(
            """
            SELECT position, stream_id, version, event_id, type FROM events
            WHERE lane = \(lane) AND position > \(position) ORDER BY position LIMIT \(Int64(limit))
            """)
        var expected = position
        return try rows.map { row in
            let (position, stream, version, event, type) = try row.decode(
                Int64.self, UUID.self, Int32.self, UUID.self, String.self)
            expected += 1
            guard position == expected else { throw LogIsCorrupt.lane(lane, missing: expected) }
            return RelayRedis.Entry(
                position: position, stream: stream.description, version: version, event: event.description, type: type)
        }
    }
}
