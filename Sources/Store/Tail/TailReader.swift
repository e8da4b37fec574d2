package import Crypto
import Domain
import Postgres

/// Reads one organization's events in the order of the log, from behind its wall.
package struct TailReader: Sendable {
    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    package var lanes: Int16 { database.log.lanes }
    package var log: UUID { database.log.id }

    /// What stands behind one place, and not behind the other: the oldest, with each lane in its order. So a lane's positions up to
    /// the last one given are all given, whatever the lanes' order among each other.
    package func page(
        after place: LogPlace, upTo end: LogPlace? = nil, matching filter: TailFilter, limit: Int
    ) async throws -> [RecordedEvent] {
        let ends = end?.positions ?? Array(repeating: Int64.max, count: place.positions.count)
        let types: SQL = filter.types.map { "AND type = ANY(\($0.sorted()))" } ?? ""
        let stream: SQL = filter.stream.map { "AND stream_id = \($0)" } ?? ""
        let size = Int64(limit)
        // A clock that was put back must not put a later event of a lane before an earlier one.
        let events = try await database.query(
            """
            SELECT \(EventLog.columns) FROM (
                SELECT e.*, max(e.recorded_at) OVER (PARTITION BY e.lane ORDER BY e.position) AS turn
                FROM unnest(\(place.lanes), \(place.positions), \(ends)) AS w(lane, after, upto)
                CROSS JOIN LATERAL (
                    SELECT \(EventLog.columns) FROM events
                    WHERE events.lane = w.lane AND position > w.after AND position <= w.upto
                        AND organization_id = \(database.organization.uuid) \(types) \(stream)
                    ORDER BY position LIMIT \(size)
                ) AS e
            ) AS found ORDER BY turn, lane, position LIMIT \(size)
            """
        ).map { try RecordedEvent($0) }
        return try await opened(events)
    }

    /// The organization's events at these places, lane by lane. Others' are not among them.
    func events(in lanes: [Int16], at positions: [Int64]) async throws -> [RecordedEvent] {
        let events = try await database.query(
            """
            SELECT \(EventLog.columns) FROM events
            WHERE (lane, position) IN (SELECT * FROM unnest(\(lanes), \(positions)))
                AND organization_id = \(database.organization.uuid)
            ORDER BY lane, position
            """
        ).map { try RecordedEvent($0) }
        return try await opened(events)
    }

    private func opened(_ events: [RecordedEvent]) async throws -> [RecordedEvent] {
        try await database.sealing?.opened(events, through: .tenant(database)) ?? events
    }
}
