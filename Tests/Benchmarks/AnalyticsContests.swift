import Crypto
import Domain
import Loop
import Postgres
import Store
import Wire

/// What it costs to say what a million calls came to.
enum AnalyticsContests {
    static let all = [overview]

    private static let calls = 1_000_000
    private static let days = 90
    private static let questions = 200

    private static let overview = Contest(
        name: "analytics",
        question: "99th percentile of an overview over 1,000,000 calls of 90 days, one after the other",
        peer: "the limit", unit: "ms", goal: .atMost(1)
    ) { body in
        let bench = try AnalyticsBench()
        defer { bench.clear() }
        try bench.fill(calls: calls, days: days)
        try bench.recount()
        let counting = try bench.counts(questions / 4)
        try body(
            { try bench.overviews(questions) },
            { Figure(150, note: "(an index-only scan that counts them: \(counting.value.short))") })
    }
}

/// An organization of a million calls, in as many lanes as there are.
struct AnalyticsBench {
    private static let organization = OrganizationID(UUID(value: 0xA1))
    private static let begin = Timestamp(microseconds: 1_700_000_000_000_000)
    private static let lanes: Int16 = 16

    private let bench: AppendBench

    init() throws { bench = try AppendBench() }

    func clear() { bench.clear() }

    /// Lane by lane, so that the sums have as many rows as if sixteen owners had kept them; then the workers' job does what it does.
    func fill(calls: Int, days: Int) throws {
        try bench.fill { pool in
            try await pool.withTransaction {
                try await CallTables(version: 2).make(like: CallTables(version: 1), in: $0)
            }
            for lane in 0..<Self.lanes {
                let share = Int64(calls / Int(Self.lanes))
                try await pool.execute(Self.insert(share, span: Double(days) * 86_400))
                try await pool.execute("SELECT recount_calls(2)")
                try await pool.execute("UPDATE call_sums_v2 SET lane = \(lane)")
                try await pool.execute("INSERT INTO call_sums_v1 SELECT * FROM call_sums_v2")
                try await pool.execute("INSERT INTO calls_v1 SELECT * FROM calls_v2")
                try await pool.execute("TRUNCATE calls_v2")
            }
            try await pool.execute(
                "INSERT INTO consumer_lanes (consumer, lane) SELECT 'calls@1', n FROM generate_series(0, 15) AS n")
            // But for the last two days, as at any hour of a day that is going on.
            let merged = try await SumMerge.run(through: pool, at: Self.begin + .seconds((days - 1) * 86_400))
            guard merged > 1_000 else { throw Trouble("only \(merged) rows of sums were merged") }
            try await pool.execute("VACUUM ANALYZE calls_v1")
            try await pool.execute("VACUUM ANALYZE call_sums_v1")
        }
    }

    /// Twenty agents in two versions; two turns of six stages in each call.
    private static func insert(_ count: Int64, span: Double) -> SQL {
        """
        INSERT INTO calls_v2 (
            call_id, organization_id, started_at, answered_at, ended_at, duration_ms, agent_id, agent_version, turns,
            tool_uses, interruptions, errors, fallbacks, sentiment, stt_micros, llm_micros, tts_micros, version, billable,
            success, status, direction, to_number, ended_reason, fault_owner, currency, summary, folding, tally
        )
        SELECT gen_random_uuid(), \(organization.uuid), s, s, s, (random() * 300000)::bigint,
            ('00000000-0000-0000-0000-0000000000' || (10 + n % 20))::uuid, 1 + n % 2, 2, n % 3, n % 2, 0, 0,
            random() * 2 - 1, (random() * 1000)::bigint, (random() * 1000)::bigint, (random() * 1000)::bigint, 9, true,
            n % 3 > 0, 'ended', CASE WHEN n % 4 = 0 THEN 'outbound' ELSE 'inbound' END, '',
            (ARRAY['caller_hung_up', 'agent_hung_up', 'callee_no_answer', 'model_failed'])[1 + n % 4],
            (ARRAY['caller', 'us', 'callee', 'provider'])[1 + n % 4], 'USD', '', '{}',
            ARRAY(SELECT ((stage * 1024 + latency_bucket((100 + random() * random() * 1500 + n % 7)::bigint)) << 32) + 1
                FROM generate_series(0, 5) AS stage, generate_series(1, 2))
        FROM (SELECT n, \(begin) + random() * \(span) * interval '1 second' AS s FROM generate_series(1, \(count)) AS n) AS all_calls
        """
    }

    // MARK: - Asking

    /// An overview says what counting call by call does, to the last of them.
    func recount() throws {
        var configuration = try bench.configuration()
        configuration.queryDeadline = .seconds(600)
        configuration.statementTimeout = nil
        try Loops.run(1, name: "recount") { [configuration] loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let database = TenantDatabase(
                Self.organization, in: pool, log: try await EventLog.read(through: .pool(pool)))
            let (from, to) = (Self.begin + .seconds(61), Self.begin + .seconds(89 * 86_400 + 1_234))
            let period = try await PeriodReader(database, ZoneNames()).period(
                from: .moment(from), to: .moment(to), zone: "Europe/Berlin", by: nil)
            let answer = try await FigureReader(database).answer(
                FigureQuestion(period, parts: [.costs, .latencies, .moods]))
            let counted = try await AnalyticsRecount(of: Self.organization, from, to, through: pool)
            await pool.close()
            guard let row = answer.rows.first, AnalyticsRecount(row) == counted else {
                throw Trouble(
                    "an overview is not what its calls come to: \(answer.rows.map { AnalyticsRecount($0) }), \(counted)"
                )
            }
        }
    }

    /// All that the route does but for HTTP: the zone, the watermark, the figures, what is live.
    func overviews(_ count: Int) throws -> Figure {
        try asking(count) { database, pool, zones, from, to in
            let period = try await PeriodReader(database, zones).period(
                from: .moment(from), to: .moment(to), zone: "Europe/Berlin", by: nil)
            _ = try await Watermark.read(of: database, from: pool, primary: pool)
            let answer = try await FigureReader(database).answer(
                FigureQuestion(period, parts: [.costs, .latencies, .moods]))
            _ = try await CallsNow.read(database)
            return answer.rows.first?.measures.calls ?? 0
        }
    }

    func counts(_ count: Int) throws -> Figure {
        try asking(count) { database, _, _, from, to in
            try await database.query(
                """
                SELECT count(*) FROM calls WHERE organization_id = \(database.organization.uuid)
                    AND started_at >= \(from) AND started_at < \(to)
                """
            ).one.decode(Int64.self)
        }
    }

    /// Nearly all of the time, never the same.
    private func asking(
        _ count: Int,
        _ ask: @escaping @Sendable (TenantDatabase, PostgresPool, ZoneNames, Timestamp, Timestamp) async throws -> Int64
    ) throws -> Figure {
        let configuration = try bench.configuration()
        return try Loops.run(1, name: "analytics") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let log = try await EventLog.read(through: .pool(pool))
            let (database, zones) = (TenantDatabase(Self.organization, in: pool, log: log), ZoneNames())
            let waits = Waits()
            for round in 0..<(count + 5) {
                let edge = Duration.seconds(60 + round * 97)
                let (from, to) = (Self.begin + edge, Self.begin + .seconds(90 * 86_400) - edge)
                let asked = Moment.now
                let found = try await ask(database, pool, zones, from, to)
                guard found > 900_000 else { throw Trouble("only \(found) calls were counted") }
                // The first ones prepare statements and fill caches.
                if round >= 5 { waits.add(Moment.now - asked) }
            }
            await pool.close()
            return waits.figure
        }
    }
}
