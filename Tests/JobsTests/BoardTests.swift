import Crypto
import Loop
import Postgres
import TestKit
import Testing

@testable import Jobs

/// Enqueueing, cancelling, replaying.
@Suite(.timeLimit(.minutes(2))) struct BoardTests {
    struct Undo: Error {}

    @Test func `a job is there when its transaction is, and not otherwise`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                await #expect(throws: Undo.self) {
                    try await pool.withTransaction { transaction in
                        #expect(try await JobBoard.enqueue([NewJob("a"), NewJob("b")], in: transaction).count == 2)
                        throw Undo()
                    }
                }
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
                var job = NewJob("a", args: Array(#"{"call": 7}"#.utf8))
                job.organization = .v4()
                job.uniqueKey = NewJob.key([1], [2, 3])
                job.attemptsMax = 3
                job.timeout = .milliseconds(1500)
                let queued = job
                try await pool.withTransaction { _ = try await JobBoard.enqueue([queued], in: $0) }
                let fetched = try await pool.fetch(FetchOrder(["a"]))
                let only = try #require(fetched.first)
                #expect(fetched.count == 1 && only.attempt == 1 && only.kind == "a" && only.attemptsMax == 3)
                #expect(String(decoding: only.args, as: UTF8.self) == #"{"call": 7}"#)
                #expect(only.organization == job.organization && only.uniqueKey == job.uniqueKey)
                #expect(only.timeout == .milliseconds(1500))
            }
        }
    }

    @Test func `fifty insert one unique job at once and the first rolls back, and there is one`() async throws {
        try await Loops.with { loops in
            var limits = PoolLimits()
            limits.exclusive = 52
            limits.waitDeadline = .seconds(20)
            try await JobsSchema.with(on: loops.first, limits: limits) { pool in
                for _ in 0..<5 {
                    var job = NewJob("call.summary")
                    job.uniqueKey = NewJob.key(Array("stream".utf8), [1])
                    let queued = job
                    var others: [Task<Int, any Error>] = []
                    await #expect(throws: Undo.self) {
                        try await pool.withTransaction { transaction in
                            #expect(try await JobBoard.enqueue([queued], in: transaction).count == 1)
                            for _ in 0..<50 {
                                others.append(
                                    Task(executorPreference: loops.first) {
                                        try await pool.withTransaction {
                                            try await JobBoard.enqueue([queued], in: $0).count
                                        }
                                    })
                            }
                            try await loops.first.until("all fifty wait for this one") {
                                try await pool.number(
                                    """
                                    SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
                                    WHERE c.relname = 'jobs' AND l.granted AND l.mode = 'RowExclusiveLock'
                                        AND c.relnamespace = current_schema()::regnamespace
                                    """) == 51
                            }
                            throw Undo()
                        }
                    }
                    var inserted = 0
                    for task in others { inserted += try await task.value }
                    #expect(inserted == 1)
                    #expect(try await pool.number("SELECT count(*) FROM jobs") == 1)
                    #expect(try await JobBoard(pool).enqueue(queued) == nil)
                    // Its end sets the key free.
                    let run = try #require(try await pool.fetch(FetchOrder(["call.summary"])).first)
                    try await pool.execute(JobSQL.complete([run.ticket], of: run.ticket.worker))
                }
                #expect(try await pool.outcomes() == ["completed": 5])
            }
        }
    }

    @Test func `those who enqueue the same keys in opposite orders do not lock each other out`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                func job(_ number: UInt8) -> NewJob {
                    var job = NewJob("a")
                    job.uniqueKey = [number]
                    return job
                }
                let numbers = (1...200).map { UInt8($0) }
                let tasks = (0..<8).map { index in
                    let jobs = (index % 2 == 0 ? numbers : numbers.reversed()).map(job)
                    return Task(executorPreference: loops.first) {
                        try await pool.withTransaction { try await JobBoard.enqueue(jobs, in: $0).count }
                    }
                }
                var inserted = 0
                for task in tasks { inserted += try await task.value }
                #expect(inserted == 200)
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 200)
            }
        }
    }

    @Test func `what can't be a job is refused before it is sent`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let room = Array(repeating: UInt8(ascii: "a"), count: NewJob.argsBytesMax - 2)
                let quote = [UInt8(ascii: "\"")]
                try await JobBoard(pool).enqueue(NewJob("full", args: quote + room + quote))
                var wrong = [
                    NewJob(""), NewJob(String(repeating: "k", count: NewJob.nameBytesMax + 1)),
                    NewJob("long", args: quote + room + quote + quote),
                ]
                for change in [
                    { (job: inout NewJob) in job.uniqueKey = Array(repeating: 1, count: NewJob.uniqueKeyBytesMax + 1) },
                    { $0.attemptsMax = 0 }, { $0.attemptsMax = NewJob.attemptsMaxRange.upperBound + 1 },
                    { $0.timeout = .zero }, { $0.timeout = NewJob.timeoutRange.upperBound + .milliseconds(1) },
                    { $0.queue = "" },
                ] {
                    var job = NewJob("a")
                    change(&job)
                    wrong.append(job)
                }
                for job in wrong { await #expect(throws: JobError.self) { try await JobBoard(pool).enqueue(job) } }
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 1)
            }
        }
    }

    @Test func `a job that waits is cancelled at once, one that runs is told, one that is gone is not found`()
        async throws
    {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                var later = NewJob("a")
                later.when = .after(.seconds(3600))
                let scheduled = try #require(try await board.enqueue(later))
                #expect(try await board.cancel(scheduled) == .cancelled)
                #expect(try await board.cancel(scheduled) == .notFound)
                let id = try #require(try await board.enqueue(NewJob("a")))
                let run = try #require(try await pool.fetch(FetchOrder(["a"])).first)
                #expect(try await board.cancel(id) == .requested)
                #expect(try await pool.outcomes() == ["cancelled": 1])
                // It fails before it has heard of it: that was its last attempt all the same.
                let (discarded, cancelled, again) = try await pool.execute(
                    JobSQL.fail(run.ticket, "x", delay: .zero, isFinal: false)
                ).one.decode(Int.self, Int.self, Int.self)
                #expect([discarded, cancelled, again] == [0, 1, 0])
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
            }
        }
    }

    @Test func `a job that is being fetched while it is cancelled is cancelled as a running one`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                let id = try #require(try await board.enqueue(NewJob("a")))
                let cancelling = try await pool.withTransaction { transaction in
                    try await transaction.executeBatch(JobSQL.fetch(FetchOrder(["a"])))
                    let task = Task(executorPreference: loops.first) { try await board.cancel(id) }
                    try await loops.first.until("the cancellation waits for the fetch") {
                        try await pool.number(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'WITH found%'"
                        ) > 0
                    }
                    return task
                }
                #expect(try await cancelling.value == .requested)
            }
        }
    }

    @Test func `a discarded job is replayed once, keeps its number and its reasons, and has new attempts`() async throws
    {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                var job = NewJob("a")
                job.attemptsMax = 1
                job.uniqueKey = [1]
                let id = try #require(try await board.enqueue(job))
                #expect(try await board.replay(id) == false)
                let order = FetchOrder(["a"])
                let first = try #require(try await pool.fetch(order).first)
                try await pool.execute(JobSQL.fail(first.ticket, "no", delay: .zero, isFinal: false))
                #expect(try await pool.outcomes() == ["discarded": 1])
                // Another with its key lives: it has to wait.
                let other = try #require(try await board.enqueue(job))
                #expect(try await board.replay(id) == false)
                #expect(try await board.cancel(other) == .cancelled)
                async let one = board.replay(id, attempts: 2)
                async let two = board.replay(id, attempts: 2)
                #expect(try await [one, two].count { $0 } == 1)
                let second = try #require(try await pool.fetch(order).first)
                #expect(second.id == id && second.attempt == 2 && second.attemptsMax == 3)
                // The run of the first life is nobody's any more.
                #expect(try await pool.execute(JobSQL.complete([first.ticket], of: order.worker)).count == 0)
                #expect(try await pool.execute(JobSQL.complete([second.ticket], of: order.worker)).count == 1)
                let reasons = try await pool.number(
                    "SELECT jsonb_array_length(errors) FROM jobs_done WHERE id = \(id.number)")
                #expect(reasons == 1)
            }
        }
    }

    @Test func `ten reasons are kept`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await JobBoard(pool).enqueue(NewJob("a"))
                let order = FetchOrder(["a"])
                for _ in 0..<13 {
                    let run = try #require(try await pool.fetch(order).first)
                    try await pool.execute(JobSQL.fail(run.ticket, "no", delay: .zero, isFinal: false))
                }
                let (count, first, last) = try await pool.query(
                    """
                    SELECT jsonb_array_length(errors), (errors -> 0 ->> 'attempt')::int, (errors -> -1 ->> 'attempt')::int
                    FROM jobs
                    """
                ).one.decode(Int.self, Int.self, Int.self)
                #expect([count, first, last] == [10, 4, 13])
            }
        }
    }

    @Test func `counts tell each queue's states and the oldest`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let board = JobBoard(pool)
                for _ in 0..<3 { try await board.enqueue(NewJob("a")) }
                var other = NewJob("a")
                other.queue = "slow"
                other.when = .after(.seconds(60))
                try await board.enqueue(other)
                let order = FetchOrder(["a"], limit: 2)
                let runs = try await pool.fetch(order)
                try await pool.execute(JobSQL.fail(runs[0].ticket, "no", delay: .seconds(60), isFinal: false))
                try await pool.execute(
                    "UPDATE jobs SET started_at = started_at - interval '1 hour' WHERE state = 'running'")
                let counts = try await board.counts()
                #expect(
                    counts.map { "\($0.queue) \($0.state.rawValue) \($0.count)" } == [
                        "default available 1", "default retry 1", "default running 1", "slow scheduled 1",
                    ])
                #expect(counts[2].oldest >= .seconds(3600))
                #expect(counts[1].oldest == .zero && counts[3].oldest == .zero)
            }
        }
    }
}
