package import Crypto
import Postgres

extension EventLog {
    /// The most events that one page holds.
    package static let pageMax = 5_000

    static let columns: SQL =
        """
        lane, position, stream_id, version, event_id, organization_id, type, schema_version, occurred_at, recorded_at,
        payload, meta, key_id
        """

    static let columnCount = 13

    /// What stands in a lane behind a position, in order. Because an appender holds the lane until its events are visible,
    /// nothing can come in between later: a gap is damage, and thrown as `LogIsCorrupt`.
    package func page(lane: Int16, after position: Int64, limit: Int, through source: LogSource) async throws
        -> [RecordedEvent]
    {
        let rows = try await source.query(
            """
            SELECT \(Self.columns) FROM events WHERE lane = \(lane) AND position > \(position)
            ORDER BY position LIMIT \(Int64(min(limit, Self.pageMax)))
            """, site: #function)
        var expected = position
        return try rows.map { row in
            let event = try RecordedEvent(row)
            expected += 1
            guard event.position == expected else { throw LogIsCorrupt.lane(lane, missing: expected) }
            return event
        }
    }

    /// The same of several lanes at once, in their order; see `events(in:after:)`.
    static func pages(lanes: [Int16], after positions: [Int64], limits: [Int64]) -> SQL {
        """
        SELECT e.* FROM unnest(\(lanes), \(positions), \(limits)) AS w(lane, after, size)
        CROSS JOIN LATERAL (
            SELECT \(columns) FROM events WHERE events.lane = w.lane AND position > w.after
            ORDER BY position LIMIT w.size
        ) AS e
        ORDER BY e.lane, e.position
        """
    }

    /// What `pages` has found. A gap in a lane is damage, and thrown as `LogIsCorrupt`.
    static func events(in rows: PostgresRows, after positions: [Int16: Int64]) throws -> [RecordedEvent] {
        var expected = positions
        return try rows.map { row in
            let event = try RecordedEvent(row)
            let next = (expected[event.lane] ?? 0) + 1
            guard event.position == next else { throw LogIsCorrupt.lane(event.lane, missing: next) }
            expected[event.lane] = next
            return event
        }
    }

    /// The events of one stream, from a version on and up to another one, at most a page of them.
    package func events(
        of stream: UUID, from first: Int32 = 1, upTo last: Int32 = .max, limit: Int = EventLog.pageMax,
        through source: LogSource
    ) async throws -> [RecordedEvent] {
        let rows = try await source.query(
            """
            SELECT \(Self.columns) FROM events
            WHERE stream_id = \(stream) AND version BETWEEN \(first) AND \(last)
            ORDER BY version LIMIT \(Int64(min(limit, Self.pageMax)))
            """, site: #function)
        var expected = first
        return try rows.map { row in
            let event = try RecordedEvent(row)
            guard event.version == expected else { throw LogIsCorrupt.stream(stream, missing: expected) }
            expected &+= 1
            return event
        }
    }

    /// The last position of each lane, by its number; 0 where there is nothing yet.
    package func heads(through source: LogSource) async throws -> [Int64] {
        try await source.query(
            """
            SELECT coalesce((SELECT position FROM events WHERE lane = l::smallint ORDER BY position DESC LIMIT 1), 0)
            FROM generate_series(0, \(Int32(lanes) - 1)) AS l ORDER BY l
            """, site: #function
        ).map { try $0.decode(Int64.self) }
    }

    /// Whether there is anything in a stream that only its person's key opens.
    package func hasSealed(_ stream: UUID, through source: LogSource) async throws -> Bool {
        try await source.query(
            "SELECT EXISTS (SELECT FROM events WHERE stream_id = \(stream) AND key_id IS NOT NULL)", site: #function
        ).one.decode(Bool.self)
    }

    /// The last version of a stream; 0 if there is no such stream.
    package func version(of stream: UUID, through source: LogSource) async throws -> Int32 {
        let rows = try await source.query(
            "SELECT version FROM events WHERE stream_id = \(stream) ORDER BY version DESC LIMIT 1", site: #function)
        return try rows.first?.decode(Int32.self) ?? 0
    }
}
