import Domain
import Postgres
import Store
import Wire

/// What an overview says, counted once more from each call by itself: fast and wrong would be no figure.
struct AnalyticsRecount: Equatable {
    private var counts: [Int64]
    private var costs: [Int64]
    /// For each stage: how many turns, and four percentiles.
    private var latencies: [[Int64]]

    init(_ row: FigureRow) {
        let (all, cost) = (row.measures, row.costs.first?.measures ?? CallMeasures())
        counts = [
            all.calls, all.answered, all.ended, all.failed, all.judged, all.successful, all.rated, all.sentimentMicros,
            all.positive, all.negative, all.durationMS, all.turns, all.toolUses, all.interruptions, all.errors,
            all.fallbacks,
        ]
        costs = [cost.settled, cost.hearingMicros, cost.thinkingMicros, cost.voiceMicros]
        latencies = LatencyStage.allCases.map { stage in
            row.latencies[stage].map { [$0.turns, $0.p50, $0.p90, $0.p95, $0.p99] } ?? []
        }
    }

    init(
        of organization: OrganizationID, _ from: Timestamp, _ to: Timestamp, through pool: PostgresPool
    ) async throws {
        let among: SQL = "organization_id = \(organization.uuid) AND started_at >= \(from) AND started_at < \(to)"
        counts = try await pool.query(
            """
            SELECT ARRAY[count(*), count(answered_at), count(ended_at), count(*) FILTER (WHERE fault_owner IN ('carrier', 'provider')
                    OR fault_owner = 'us' AND ended_reason NOT IN ('agent_hung_up', 'transferred', 'stopped')),
                count(success), count(*) FILTER (WHERE success), count(sentiment), sum(round(sentiment * 1000000)),
                count(*) FILTER (WHERE round(sentiment * 1000000) >= 250000),
                count(*) FILTER (WHERE round(sentiment * 1000000) <= -250000),
                sum(duration_ms), sum(turns), sum(tool_uses), sum(interruptions), sum(errors), sum(fallbacks)]::bigint[]
            FROM calls_v1 WHERE \(among)
            """
        ).one.decode([Int64].self)
        costs = try await pool.query(
            """
            SELECT ARRAY[count(*), sum(stt_micros), sum(llm_micros), sum(tts_micros)]::bigint[]
            FROM calls_v1 WHERE \(among) AND currency = 'USD'
            """
        ).one.decode([Int64].self)
        let rows = try await pool.query(
            """
            SELECT code / 1024, sum(count)::bigint, array_agg(code % 1024 ORDER BY code), array_agg(count ORDER BY code) FROM (
                SELECT number >> 32 AS code, sum(number & 4294967295)::bigint AS count
                FROM calls_v1, unnest(tally) AS number WHERE \(among) GROUP BY 1
            ) AS counted GROUP BY 1
            """)
        var latencies = LatencyStage.allCases.map { _ in [Int64]() }
        for row in rows {
            let (stage, total, buckets, counts) = try row.decode(Int64.self, Int64.self, [Int64].self, [Int64].self)
            latencies[Int(stage)] = [total]
            for part: Int64 in [50, 90, 95, 99] {
                latencies[Int(stage)].append(Self.percentile(part, of: total, buckets, counts))
            }
        }
        self.latencies = latencies
    }

    /// The nearest rank: the first span that so many parts of all do not exceed.
    private static func percentile(_ part: Int64, of total: Int64, _ buckets: [Int64], _ counts: [Int64]) -> Int64 {
        var rest = (total * part + 99) / 100
        for (bucket, count) in zip(buckets, counts) {
            rest -= count
            if rest <= 0 { return LatencyBuckets.milliseconds(in: Int(bucket)) }
        }
        return -1
    }
}
