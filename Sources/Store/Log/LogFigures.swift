import Postgres
package import Service

/// Where the lanes end and how the database behind them is doing, whoever appends.
package struct LogFigures: Hashable, Sendable {
    /// So many positions at the end of each lane are counted.
    package static let countedMax: Int64 = 1_000

    package struct Lane: Hashable, Sendable {
        package let lane: Int16
        package let head: Int64
        /// How long ago its last event was recorded.
        package let age: Double
        /// Positions that should be there and aren't. Anything but 0 is damage.
        package let holes: Int64
    }

    package let lanes: [Lane]
    /// How long the oldest transaction has been open that we may see.
    package let oldestTransaction: Double
    /// Written to the write-ahead log since the cluster was made.
    package let walBytes: Double

    package static func read(of log: EventLog, through source: LogSource) async throws -> LogFigures {
        let lanes = try await source.query(
            """
            SELECT l::smallint, coalesce(h.position, 0),
                greatest(0, coalesce(extract(epoch FROM clock_timestamp() - h.recorded_at), 0))::float8,
                (SELECT least(coalesce(h.position, 0), \(countedMax)) - count(*) FROM events e
                    WHERE e.lane = l::smallint AND e.position > h.position - \(countedMax) AND e.position <= h.position)
            FROM generate_series(0, \(Int32(log.lanes)) - 1) AS l
            LEFT JOIN LATERAL (
                SELECT position, recorded_at FROM events WHERE lane = l::smallint ORDER BY position DESC LIMIT 1
            ) AS h ON true
            ORDER BY l
            """, site: #function
        ).map { row in
            let (lane, head, age, holes) = try row.decode(Int16.self, Int64.self, Double.self, Int64.self)
            return Lane(lane: lane, head: head, age: age, holes: holes)
        }
        let (oldest, bytes) = try await source.query(
            """
            SELECT coalesce((SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) FROM pg_stat_activity
                    WHERE datname = current_database()), 0)::float8,
                pg_wal_lsn_diff(
                    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                    '0/0')::float8
            """, site: #function
        ).one.decode(Double.self, Double.self)
        return LogFigures(lanes: lanes, oldestTransaction: max(0, oldest), walBytes: bytes)
    }

    package func collect(_ scrape: inout Scrape) {
        for lane in lanes {
            let labels: MetricLabels = ["lane": "\(lane.lane)"]
            scrape.gauge("log_lane_head", "The lane's last position.", Double(lane.head), labels)
            scrape.gauge("log_lane_age_seconds", "Since its last event was recorded.", lane.age, labels)
            scrape.gauge(
                "log_lane_holes", "Positions missing among its last thousand: must be 0.", Double(lane.holes), labels)
        }
        scrape.gauge(
            "postgres_oldest_transaction_seconds", "How long the oldest transaction that we see has been open.",
            oldestTransaction)
        scrape.counter("postgres_wal_bytes_total", "Written to the write-ahead log.", walBytes)
    }
}
