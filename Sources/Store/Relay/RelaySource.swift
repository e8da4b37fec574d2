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

    /// Whether Postgres is on that timeline.
    func isStill(_ timeline: String) async throws -> Bool {
        try await StreamKeys.read(log.id, through: .pool(pool)).timeline == timeline
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

    /// What stands behind a position in each of some lanes, at most a page of each, all in one round trip. A lane that has a
    /// gap is answered with what is wrong with it.
    func entries(behind tops: [Int16: Int64], limit: Int) async throws -> [Int16: Result<
        [RelayRedis.Entry], LogIsCorrupt
    >] {
        let lanes = tops.keys.sorted()
        let rows = try await pool.query(
            """
            SELECT e.lane, e.position, e.stream_id, e.version, e.event_id, e.type
            FROM unnest(\(lanes), \(lanes.map { tops[$0] ?? 0 })) AS w(lane, top)
            CROSS JOIN LATERAL (
                SELECT * FROM events WHERE events.lane = w.lane AND position > w.top ORDER BY position LIMIT \(Int64(limit))
            ) AS e
            ORDER BY e.lane, e.position
            """)
        var found: [Int16: Result<[RelayRedis.Entry], LogIsCorrupt>] = [:]
        var entries: [RelayRedis.Entry] = []
        var current: Int16?
        func close() {
            guard let lane = current else { return }
            if found[lane] == nil { found[lane] = .success(entries) }
            entries = []
        }
        for row in rows {
            let (lane, position, stream, version, event, type) = try row.decode(
                Int16.self, Int64.self, UUID.self, Int32.self, UUID.self, String.self)
            if lane != current {
                close()
                current = lane
            }
            let expected = (entries.last?.position ?? tops[lane] ?? 0) + 1
            if found[lane] != nil { continue }
            guard position == expected else {
                found[lane] = .failure(.lane(lane, missing: expected))
                continue
            }
            entries.append(
                RelayRedis.Entry(
                    position: position, stream: stream.description, version: version, event: event.description,
                    type: type))
        }
        close()
        return found
    }
}
