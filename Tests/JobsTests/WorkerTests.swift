import Crypto
import Loop
import Postgres
import TestKit
import Testing

@testable import Jobs

/// Real workers, real Postgres.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WorkerTests {
    struct Trouble: Error {}

    @Test func `four workers drain ten thousand jobs, each once`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let ids = try await pool.withTransaction {
                    try await JobBoard.enqueue((0..<10_000).map { _ in NewJob("nothing") }, in: $0)
                }
                let tally = Tally()
                let workers = (0..<4).map { _ in
                    var settings = JobWorkerSettings.hasty
                    settings.slots = 100
                    let handler = JobHandler("nothing") { run in
                        tally.add(run.job.id)
                        return .done
                    }
                    return JobWorker([handler], on: pool, settings: settings)
                }
                try await withWorkers(workers, on: loops.first) {
                    try await loops.first.until("all are done", within: .seconds(120), every: .milliseconds(20)) {
                        try await pool.number("SELECT count(*) FROM jobs_done") == 10_000
                    }
                }
                #expect(tally.total == 10_000 && Set(tally.order) == Set(ids))
                #expect(try await pool.outcomes() == ["completed": 10_000])
                #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
                #expect(workers.reduce(0) { $0 + $1.statistics.completed } == 10_000)
                #expect(workers.allSatisfy { $0.statistics.fencedOut == 0 && $0.statistics.running == 0 })
                #expect(try await pool.number("SELECT count(*) FROM job_workers") == 0)
            }
        }
    }

    @Test func `a job that fails is tried again until its attempts are used up`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let tally = Tally()
                var handler = JobHandler("a") { run in
                    tally.add(run.job.id)
                    throw Trouble()
                }
                handler.retry = RetryPolicy(first: .milliseconds(1), longest: .milliseconds(5))
                let worker = JobWorker([handler], on: pool, settings: .hasty)
                var job = NewJob("a")
                job.attemptsMax = 4
                try await withWorkers([worker], on: loops.first) {
                    try await JobBoard(pool).enqueue(job)
                    worker.nudge()
                    try await loops.first.until("it is discarded") { worker.statistics.discarded == 1 }
                }
                #expect(tally.total == 4 && worker.statistics.retried == 3)
                let errors = try await pool.query("SELECT errors -> 3 ->> 'error' FROM jobs_done").one.decode(
                    String.self)
                // The name of an error that promised nothing, and not what it says.
                #expect(errors == "Trouble")
            }
        }
    }

    @Test func `a snooze burns no attempt, and a result and its end are one transaction`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE results (job int8, attempt int)")
                let tally = Tally()
                let handler = JobHandler("a") { run in
                    tally.add(run.job.id)
                    if tally.total < 4 { return .snoozed(.milliseconds(1)) }
                    if tally.total == 4 {
                        // Undone with its result: so it is a failure like any other.
                        try await pool.withTransaction { transaction in
                            try await transaction.query("INSERT INTO results VALUES (\(run.job.id.number), 0)")
                            try await run.complete(in: transaction)
                            throw Trouble()
                        }
                    }
                    try await pool.withTransaction { transaction in
                        try await transaction.query(
                            "INSERT INTO results VALUES (\(run.job.id.number), \(run.job.attempt))")
                        try await run.complete(in: transaction)
                    }
                    return .done
                }
                var quick = handler
                quick.retry = RetryPolicy(first: .milliseconds(1), longest: .milliseconds(1))
                let worker = JobWorker([quick], on: pool, settings: .hasty)
                try await withWorkers([worker], on: loops.first) {
                    try await JobBoard(pool).enqueue(NewJob("a"))
                    try await loops.first.until("it is done") { worker.statistics.completed == 1 }
                }
                #expect(worker.statistics.snoozed == 3 && worker.statistics.retried == 1)
                #expect(try await pool.query("SELECT attempt FROM results").map { try $0.decode(Int.self) } == [2])
                #expect(try await pool.outcomes() == ["completed": 1])
            }
        }
    }

    @Test func `a running job is cancelled at the next heartbeat, and one that takes too long at its timeout`()
        async throws
    {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let tally = Tally()
                var handler = JobHandler("a") { run in
                    tally.add(run.job.id)
                    try await loops.first.sleep(for: .seconds(3600))
                    return .done
                }
                handler.retry = RetryPolicy(first: .seconds(3600), longest: .seconds(3600))
                let worker = JobWorker([handler], on: pool, settings: .hasty)
                try await withWorkers([worker], on: loops.first) {
                    let id = try #require(try await JobBoard(pool).enqueue(NewJob("a")))
                    try await loops.first.until("it runs") { tally.runs[id] == 1 }
                    #expect(try await JobBoard(pool).cancel(id) == .requested)
                    try await loops.first.until("it is cancelled") { worker.statistics.cancelled == 1 }
                    var short = NewJob("a")
                    short.timeout = .milliseconds(50)
                    try await JobBoard(pool).enqueue(short)
                    try await loops.first.until("it was put off") { worker.statistics.retried == 1 }
                }
                #expect(try await pool.outcomes() == ["cancelled": 1])
                let (state, reason) = try await pool.query("SELECT state, errors -> 0 ->> 'error' FROM jobs").one
                    .decode(String.self, String.self)
                #expect(state == "retry" && reason == "timed out")
                #expect(worker.statistics.fencedOut == 0)
            }
        }
    }

    @Test func `a worker that stops waits, then cancels, and hands back without burning an attempt`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let tally = Tally()
                var settings = JobWorkerSettings.hasty
                settings.stopPatience = .milliseconds(300)
                settings.cancelPatience = .milliseconds(200)
                let handlers = [
                    JobHandler("short") { run in
                        tally.add(run.job.id)
                        try await loops.first.until("the worker stops") { tally.isOpen }
                        return .done
                    },
                    JobHandler("long") { run in
                        tally.add(run.job.id)
                        try await loops.first.sleep(for: .seconds(3600))
                        return .done
                    },
                    // Deaf to its cancellation.
                    JobHandler("deaf") { run in
                        tally.add(run.job.id)
                        await Doorbell(on: loops.first).rest(for: .milliseconds(1500))
                        return .done
                    },
                ]
                let worker = JobWorker(handlers, on: pool, settings: settings)
                for kind in ["short", "long", "deaf"] { try await JobBoard(pool).enqueue(NewJob(kind)) }
                let task = Task(executorPreference: loops.first) { await worker.run() }
                try await loops.first.until("all run") { tally.total == 3 }
                // Cancelling who waits for it is asking it to stop.
                task.cancel()
                tally.isOpen = true
                await task.value
                #expect(worker.statistics.completed == 1 && worker.statistics.handedBack == 2)
                // The deaf one did end well, when its job was nobody's: it was told so.
                #expect(worker.statistics.fencedOut == 1)
                #expect(
                    try await pool.query("SELECT kind || ' ' || state || ' ' || attempt FROM jobs ORDER BY kind").map {
                        try $0.decode(String.self)
                    } == ["deaf available 0", "long available 0"])
                #expect(try await pool.number("SELECT count(*) FROM job_workers") == 0)
                #expect(try await pool.number("SELECT count(*) FROM jobs_done") == 1)
            }
        }
    }

    @Test func `never more run than there are slots, and an organization's limit holds among workers`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let organizations = [UUID.v4(), UUID.v4()]
                let jobs = (0..<60).map { index in
                    var job = NewJob("a")
                    job.organization = organizations[index % 2]
                    return job
                }
                _ = try await pool.withTransaction { try await JobBoard.enqueue(jobs, in: $0) }
                let tally = Tally()
                let most = Most()
                let workers = (0..<3).map { _ in
                    var settings = JobWorkerSettings.hasty
                    settings.slots = 4
                    settings.organizationRunningMax = 3
                    let handler = JobHandler("a") { run in
                        most.begin(run.job.organization)
                        try await loops.first.sleep(for: .milliseconds(2))
                        most.end(run.job.organization)
                        tally.add(run.job.id)
                        return .done
                    }
                    return JobWorker([handler], on: pool, settings: settings)
                }
                try await withWorkers(workers, on: loops.first) {
                    try await loops.first.until("all are done", within: .seconds(60)) { tally.total == 60 }
                }
                #expect(most.seen.count == 2 && most.seen.values.allSatisfy { $0 <= 3 })
                #expect(tally.runs.values.allSatisfy { $0 == 1 })
            }
        }
    }

    @Test func `a provider's key is the same for every attempt`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                var job = NewJob("a")
                job.uniqueKey = [7]
                try await JobBoard(pool).enqueue(job)
                try await JobBoard(pool).enqueue(NewJob("a"))
                let order = FetchOrder(["a"])
                let first = try await pool.fetch(order).map(JobRun.init)
                for run in first { try await pool.execute(JobSQL.handBack(run.job.ticket)) }
                let second = try await pool.fetch(order).map(JobRun.init)
                #expect(first.map(\.idempotencyKey) == second.map(\.idempotencyKey))
                #expect(Set(first.map(\.idempotencyKey)).count == 2)
            }
        }
    }
}

/// How many ran at a time, at most; one loop's thread alone touches it.
private final class Most: @unchecked Sendable {
    private var running: [UUID?: Int] = [:]
    private(set) var seen: [UUID?: Int] = [:]

    func begin(_ organization: UUID?) {
        running[organization, default: 0] += 1
        seen[organization] = max(seen[organization] ?? 0, running[organization] ?? 0)
    }

    func end(_ organization: UUID?) { running[organization, default: 0] -= 1 }
}
