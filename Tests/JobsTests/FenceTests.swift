import Loop
import Postgres
import TestKit
import Testing

@testable import Jobs

/// Runs that are not their worker's any more have no effect, whatever they try.
@Suite(.timeLimit(.minutes(2))) struct FenceTests {
    /// A result that has no key, so that two of them would show.
    private static func result(of run: JobRun, in pool: PostgresPool) async throws {
        try await pool.withTransaction { transaction in
            try await transaction.query(
                "INSERT INTO results (job, attempt) VALUES (\(run.job.id.number), \(run.job.attempt))")
            try await run.complete(in: transaction)
        }
    }

    @Test func `a zombie that completes after its job was rescued and run again leaves nothing`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE results (job int8, attempt int)")
                try await JobBoard(pool).enqueue(NewJob("a"))
                let (zombie, other) = (FetchOrder(["a"]), FetchOrder(["a"]))
                try await pool.beat(zombie)
                try await pool.beat(other)
                let first = JobRun(try #require(try await pool.fetch(zombie).first))
                #expect(try await pool.rescue() == [0, 0])
                try await pool.execute(
                    "UPDATE job_workers SET heartbeat_at = heartbeat_at - interval '31 s' WHERE worker_id = \(zombie.worker)"
                )
                #expect(try await pool.rescue() == [1, 0])
                #expect(try await pool.rescue() == [0, 0])
                let second = JobRun(try #require(try await pool.fetch(other).first))
                #expect(second.job.attempt == 2)
                // While the second runs, and after it has ended.
                for _ in 0..<2 {
                    await #expect(throws: JobError.fencedOut(first.job.id)) {
                        try await Self.result(of: first, in: pool)
                    }
                    let ticket = first.job.ticket
                    for sql in [
                        JobSQL.complete([ticket], of: ticket.worker), JobSQL.snooze(ticket, .zero),
                        JobSQL.handBack(ticket), JobSQL.letGo(ticket),
                    ] { #expect(try await pool.execute(sql).affected == 0) }
                    let failed = try await pool.execute(JobSQL.fail(ticket, "x", delay: .zero, isFinal: true)).one
                        .decode(Int.self, Int.self, Int.self)
                    #expect(failed == (0, 0, 0))
                    if !second.wasCompleted { try await Self.result(of: second, in: pool) }
                }
                #expect(first.wasFencedOut && !first.wasCompleted)
                #expect(try await pool.query("SELECT attempt FROM results").map { try $0.decode(Int.self) } == [2])
                #expect(try await pool.outcomes() == ["completed": 1])
            }
        }
    }

    @Test func `a job that completes while the rescue looks stays completed`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await JobBoard(pool).enqueue(NewJob("a"))
                let run = JobRun(try #require(try await pool.fetch(FetchOrder(["a"])).first))
                // The worker has no heartbeat at all: the job is stuck for everybody who reads.
                try await pool.withTransaction { transaction in
                    try await run.complete(in: transaction)
                    #expect(try await pool.number("SELECT count(*) FROM jobs WHERE state = 'running'") == 1)
                    #expect(try await pool.rescue() == [0, 0])
                }
                #expect(try await pool.rescue() == [0, 0])
                #expect(try await pool.outcomes() == ["completed": 1])
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
            }
        }
    }

    @Test func `a job that is completing when a rescue holds it loses, and the result with it`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE results (job int8, attempt int)")
                try await JobBoard(pool).enqueue(NewJob("a"))
                let run = JobRun(try #require(try await pool.fetch(FetchOrder(["a"])).first))
                let completing = try await pool.withTransaction { transaction in
                    let sql = JobSQL.rescue(silentFor: .seconds(30), grace: .seconds(30))
                    #expect(try await transaction.query(sql).one.decode(Int.self) == 1)
                    let task = Task(executorPreference: loops.first) { try await Self.result(of: run, in: pool) }
                    try await loops.first.until("the completion waits for the rescue") {
                        try await pool.number(
                            """
                            SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
                            WHERE c.relname = 'results' AND c.relnamespace = current_schema()::regnamespace
                            """) > 0
                    }
                    return task
                }
                let ended = await completing.result
                #expect(throws: JobError.fencedOut(run.job.id)) { try ended.get() }
                #expect(try await pool.number("SELECT count(*) FROM results") == 0)
                #expect(try await pool.number("SELECT count(*) FROM jobs WHERE state = 'available'") == 1)
            }
        }
    }

    @Test func `a rescue ends what may not run again, as discarded or cancelled, and takes what ran too long`()
        async throws
    {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                var job = NewJob("a")
                job.attemptsMax = 1
                job.timeout = .seconds(60)
                for _ in 0..<3 { try await board.enqueue(job) }
                job.attemptsMax = 2
                try await board.enqueue(job)
                let order = FetchOrder(["a"])
                try await pool.beat(order)
                let runs = try await pool.fetch(order)
                #expect(try await board.cancel(runs[0].id) == .requested)
                try await pool.execute(
                    """
                    UPDATE jobs SET started_at = started_at - CASE id WHEN \(runs[1].id.number)
                        THEN interval '89 s' ELSE interval '91 s' END
                    """)
                #expect(try await pool.rescue() == [1, 2])
                #expect(try await pool.outcomes() == ["cancelled": 1, "discarded": 1])
                #expect(
                    try await pool.query("SELECT errors -> 0 ->> 'error' FROM jobs WHERE state = 'available'").one
                        .decode(String.self) == "rescued: it ran too long")
                let (state, errors) = try await pool.query(
                    "SELECT state, jsonb_array_length(errors) FROM jobs WHERE id = \(runs[1].id.number)"
                ).one.decode(String.self, Int.self)
                #expect(state == "running" && errors == 0)
            }
        }
    }

    @Test func `one rescue takes so many and no more`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let most = Int(JobSQL.rescuedPerStatementMax)
                _ = try await pool.withTransaction {
                    try await JobBoard.enqueue((0...most).map { _ in NewJob("a") }, in: $0)
                }
                _ = try await pool.fetch(FetchOrder(["a"], limit: most + 1))
                async let one = pool.rescue()
                async let two = pool.rescue()
                let taken = try await [one, two].map { $0[0] }
                #expect(taken.allSatisfy { $0 <= most } && taken.reduce(0, +) == most + 1)
            }
        }
    }
}
