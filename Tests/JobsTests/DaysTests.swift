import Loop
import Postgres
import TestKit
import Testing

@testable import Jobs

/// The days of the history, and what the processes may do without owning anything.
@Suite(.timeLimit(.minutes(2))) struct DaysTests {
    private static func days(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            """
            SELECT c.relname::text FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'jobs_done'::regclass ORDER BY 1
            """
        ).map { try $0.decode(String.self) }
    }

    @Test func `days are made ahead, once, and dropped when they are old`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                #expect(try await Self.days(pool).count == 16)
                #expect(try await board.keepDays() == (0, 0))
                #expect(try await board.keepDays(ahead: 20) == (6, 0))
                try await pool.execute(
                    "CREATE TABLE jobs_done_20200229 PARTITION OF jobs_done FOR VALUES FROM ('2020-02-29 00:00Z') TO ('2020-03-01 00:00Z')"
                )
                try await pool.execute(
                    "INSERT INTO jobs_done SELECT 1, t, t, t, t, NULL, NULL, 1, 1, 1, 1, 'q', 'k', 'completed', NULL, '{}', '[]' FROM (VALUES ('2020-02-29 12:00Z'::timestamptz), ('2020-04-01 12:00Z')) AS v (t)"
                )
                #expect(try await board.keepDays(ahead: 20) == (0, 1))
                #expect(try await pool.outcomes() == [:])
                for (ahead, kept) in [(0, 30), (32, 30), (14, 0), (14, 3651)] {
                    await #expect(throws: PostgresError.self) { try await board.keepDays(ahead: ahead, kept: kept) }
                }
            }
        }
    }

    @Test func `a job ends without its day, and is moved when the day is made`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                for day in try await Self.days(pool) where day != "jobs_done_other" {
                    try await pool.execute("DROP TABLE \(try Identifier(day))")
                }
                for _ in 0..<3 { try await JobBoard(pool).enqueue(NewJob("a")) }
                let order = FetchOrder(["a"])
                let runs = try await pool.fetch(order)
                try await pool.execute(JobSQL.complete(runs.map(\.ticket), of: order.worker))
                #expect(try await pool.number("SELECT count(*) FROM jobs_done_other") == 3)
                #expect(try await JobBoard(pool).keepDays(ahead: 2) == (3, 0))
                #expect(try await pool.number("SELECT count(*) FROM jobs_done_other") == 0)
                #expect(try await pool.outcomes() == ["completed": 3])
            }
        }
    }

    @Test func `the processes' role does all of it, and can't change a table`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { owner in
                let schema = try #require(owner.configuration.searchPath.first)
                try await owner.execute("GRANT USAGE ON SCHEMA \(schema) TO ledgerline_app")
                var limits = PoolLimits()
                limits.shared = 1
                limits.exclusive = 1
                var configuration = try PostgresConfiguration(Services.processURL)
                configuration.searchPath = owner.configuration.searchPath
                let app = PostgresPool(configuration, on: loops.first, limits: limits)
                do {
                    let may = try await app.query(
                        """
                        SELECT pg_has_role(current_user, 'ledgerline_app', 'USAGE'),
                            pg_has_role(current_user, (SELECT tableowner FROM pg_tables WHERE tablename = 'jobs' LIMIT 1), 'USAGE')
                        """
                    ).one.decode(Bool.self, Bool.self)
                    #expect(may == (true, false))
                    try await owner.execute("DROP TABLE \(try Identifier(#require(try await Self.days(owner).first)))")
                    #expect(try await JobBoard(app).keepDays() == (1, 0))
                    let tally = Tally()
                    var handler = JobHandler("a") { run in
                        tally.add(run.job.id)
                        return run.job.attempt == 1 ? .discarded("no") : .done
                    }
                    handler.rateLimit = RateLimit("a", perSecond: 100, burst: 10)
                    let worker = JobWorker(
                        [handler], periodic: [PeriodicJob("p", .every(.milliseconds(50))) { _ in NewJob("a") }],
                        on: app,
                        settings: .hasty)
                    try await withWorkers([worker], on: loops.first) {
                        let id = try #require(try await JobBoard(app).enqueue(NewJob("a")))
                        try await loops.first.until("it is discarded") { try await JobBoard(app).replay(id) }
                        try await loops.first.until("it has run again") { tally.runs[id] == 2 }
                        try await loops.first.until("the schedule ran") { worker.statistics.scheduled > 0 }
                    }
                    let denied: [SQL] = [
                        "DROP TABLE jobs_done_other", "ALTER TABLE jobs ADD COLUMN x int", "TRUNCATE jobs_done",
                        "UPDATE jobs_done SET outcome = 'completed'", "CREATE TABLE x (y int)",
                    ]
                    for sql in denied {
                        let error = await #expect(throws: PostgresError.self) { try await app.execute(sql) }
                        #expect(error?.sqlState == SQLState("42501"))
                    }
                } catch {
                    Issue.record(error)
                }
                await app.close()
            }
        }
    }
}
