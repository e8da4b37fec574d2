package import Crypto
import Postgres

/// How far consumers have come, whoever works for them: for operators, and for `consumer_…` metrics.
package struct ConsumerLag: Hashable, Sendable {
    package let consumer: String
    package let lane: Int16
    package let position: Int64
    /// Events behind the checkpoint.
    package let events: Int64
    /// How long the first of them has waited.
    package let seconds: Double
    /// The worker that holds the lane, if one does.
    package let owner: UUID?
    package let isStepping: Bool
    package let isRetired: Bool

    package var hasOwner: Bool { owner != nil }

    /// Every lane of every consumer.
    package static func read(through source: LogSource) async throws -> [ConsumerLag] {
        try await source.query(
            """
            SELECT c.consumer, c.lane, c.position,
                greatest(0, coalesce(
                    (SELECT e.position FROM events e WHERE e.lane = c.lane ORDER BY e.position DESC LIMIT 1), 0)
                    - c.position),
                coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - e.recorded_at))::float8 FROM events e
                    WHERE e.lane = c.lane AND e.position = c.position + 1), 0),
                CASE WHEN c.lease_until > clock_timestamp() THEN c.owner END, c.step_through > c.position, c.is_retired
            FROM consumer_lanes c ORDER BY c.consumer, c.lane
            """, site: #function
        ).map { row in
            let (consumer, lane, position, events, seconds, owner, isStepping, isRetired) = try row.decode(
                String.self, Int16.self, Int64.self, Int64.self, Double.self, UUID?.self, Bool.self, Bool.self)
            return ConsumerLag(
                consumer: consumer, lane: lane, position: position, events: events, seconds: seconds,
                owner: owner, isStepping: isStepping, isRetired: isRetired)
        }
    }
}

/// What waits behind events that could not be applied.
package struct ParkedCount: Hashable, Sendable {
    package let consumer: String
    package let streams: Int
    package let letters: Int64
    /// How long the first of them has waited.
    package let seconds: Double

    package static func read(through source: LogSource) async throws -> [ParkedCount] {
        try await source.query(
            """
            SELECT consumer, count(*), sum(letters)::bigint, extract(epoch FROM clock_timestamp() - min(since))::float8
            FROM parked_streams GROUP BY consumer ORDER BY consumer
            """, site: #function
        ).map { row in
            let (consumer, streams, letters, seconds) = try row.decode(
                String.self, Int.self, Int64.self, Double.self)
            return ParkedCount(consumer: consumer, streams: streams, letters: letters, seconds: seconds)
        }
    }
}
