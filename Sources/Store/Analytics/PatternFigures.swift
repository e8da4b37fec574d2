import Crypto
import Postgres
package import Wire

/// What was learned in a stretch of time, by the kind of pattern: from the patterns' own events, since there are few of them.
package struct PatternFigures: Hashable, Sendable {
    package let kind: String
    package let learned: Int64
    package let reinforced: Int64
    package let retired: Int64
    /// Those learned and not retired by the end of the time.
    package let alive: Int64
    /// How often those had been used by then, and how well they did on average, as far as that was told.
    package let uses: Int64
    package let successRate: Double?
    /// How often calls of that time were given one, how often it is known how they went, and how often they went well.
    package let offered: Int64
    package let judged: Int64
    package let helped: Int64

    /// Kinds in the order of their names.
    package static func read(
        from begin: Timestamp, to end: Timestamp, _ database: TenantDatabase
    ) async throws -> [PatternFigures] {
        try await database.query(
            """
            SELECT patterns.kind, sum((learned_at >= \(begin) AND learned_at < \(end))::int)::bigint, sum(reinforced)::bigint,
                sum(retired)::bigint, sum(alive::int)::bigint, coalesce(sum(uses) FILTER (WHERE alive), 0)::bigint,
                avg(rate) FILTER (WHERE alive), sum(given)::bigint, sum(told)::bigint, sum(well)::bigint
            FROM (
                SELECT p.*, o.*, learned_at < \(end) AND coalesce(retired_at >= \(end), true) AS alive
                FROM streams AS s CROSS JOIN LATERAL (
                    SELECT min(payload ->> 'pattern_type') FILTER (WHERE type = 'pattern.learned') AS kind,
                        min(occurred_at) FILTER (WHERE type = 'pattern.learned') AS learned_at,
                        min(occurred_at) FILTER (WHERE type = 'pattern.retired') AS retired_at,
                        count(*) FILTER (WHERE type = 'pattern.reinforced' AND occurred_at >= \(begin) AND occurred_at < \(end))
                            AS reinforced,
                        count(*) FILTER (WHERE type = 'pattern.retired' AND occurred_at >= \(begin) AND occurred_at < \(end))
                            AS retired,
                        max((payload -> 'uses')::bigint) FILTER (WHERE type = 'pattern.reinforced' AND occurred_at < \(end)) AS uses,
                        (array_agg((payload -> 'success_rate')::float8 ORDER BY occurred_at DESC, version DESC)
                            FILTER (WHERE jsonb_typeof(payload -> 'success_rate') = 'number' AND occurred_at < \(end)))[1] AS rate
                    FROM events WHERE stream_id = s.stream_id AND organization_id = \(database.organization.uuid)
                ) AS p CROSS JOIN LATERAL (
                    SELECT count(*) AS given, count(success) AS told, count(*) FILTER (WHERE success) AS well
                    FROM pattern_offers WHERE pattern_id = s.stream_id AND organization_id = \(database.organization.uuid)
                        AND offered_at >= \(begin) AND offered_at < \(end)
                ) AS o
                WHERE s.organization_id = \(database.organization.uuid) AND s.kind = 'pattern' AND p.kind IS NOT NULL
            ) AS patterns GROUP BY patterns.kind ORDER BY patterns.kind
            """
        ).map { row in
            var reader = RowReader(row)
            return PatternFigures(
                kind: try reader.next(), learned: try reader.next(), reinforced: try reader.next(),
                retired: try reader.next(), alive: try reader.next(), uses: try reader.next(),
                successRate: try reader.next(), offered: try reader.next(), judged: try reader.next(),
                helped: try reader.next())
        }
    }
}
