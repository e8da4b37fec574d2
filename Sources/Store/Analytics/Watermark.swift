package import Postgres
package import Wire

/// How much of the log the figures hold: everything up to a place in it, and so everything that was known by some time.
package struct Watermark: Hashable, Sendable {
    package let place: LogPlace
    /// Whatever was recorded before is in the figures.
    package let time: Timestamp
    package let lag: Duration
    /// The organization's calls that could not be counted, and wait for somebody to look into it.
    package let parkedCalls: Int64

    /// Ask for it before asking for figures: they hold at least so much. `replica` is where the figures are read from, and
    /// `primary` knows how far the log goes.
    package static func read(
        of database: TenantDatabase, from replica: PostgresPool, primary: PostgresPool
    ) async throws -> Watermark {
        let rows = try await replica.query(
            """
            SELECT c.lane, c.position, (SELECT count(*) FROM parked_streams p
                WHERE p.consumer = c.consumer AND p.organization_id = \(database.organization.uuid))
            FROM consumer_lanes c WHERE c.consumer = 'calls@' || coalesce(
                (SELECT version FROM live_consumers WHERE name = 'calls'), \(CallsConsumer.version))
            """)
        var place = LogPlace(lanes: database.log.lanes)
        var parked: Int64 = 0
        for row in rows {
            let (lane, position, count) = try row.decode(Int16.self, Int64.self, Int64.self)
            if lane < database.log.lanes { place.advance(lane, to: position) }
            parked = count
        }
        let (now, first) = try await primary.query(
            """
            SELECT clock_timestamp(), (SELECT min(e.recorded_at) FROM unnest(\(place.lanes), \(place.positions)) AS w(lane, position)
                CROSS JOIN LATERAL (SELECT recorded_at FROM events
                    WHERE events.lane = w.lane AND events.position = w.position + 1 OFFSET 0) AS e)
            """
        ).one.decode(Timestamp.self, Timestamp?.self)
        let time = min(first ?? now, now)
        return Watermark(place: place, time: time, lag: now - time, parkedCalls: parked)
    }
}
