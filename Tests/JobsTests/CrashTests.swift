import Crypto
import Foundation
import Glibc
import Loop
import Postgres
import TestKit
import Testing

@testable import Jobs

/// Workers are killed, servers crash, lines are cut. Always: no job is lost, and none has two results.
@Suite(.serialized, .timeLimit(.minutes(4))) struct CrashTests {
    private static func hasty(_ configuration: inout PostgresConfiguration) {
        configuration.connectDeadline = .seconds(2)
        configuration.queryDeadline = .seconds(1)
        configuration.cancelGrace = .milliseconds(300)
    }

    private static var limits: PoolLimits {
        var limits = PoolLimits()
        limits.waitDeadline = .seconds(1)
        limits.pauseMax = .milliseconds(200)
        return limits
    }

    /// Fifty jobs, each of which writes a result without a key and its end in one transaction, or just ends.
    private static func work(_ pool: PostgresPool, _ tally: Tally) -> JobHandler {
        var handler = JobHandler("a") { run in
            tally.add(run.job.id)
            if run.job.id.number % 2 == 0 { return .done }
            try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO results VALUES (\(run.job.id.number), \(run.job.attempt))")
                try await run.complete(in: transaction)
            }
            return .done
        }
        handler.retry = RetryPolicy(first: .milliseconds(10), longest: .milliseconds(200))
        return handler
    }

    /// Every job has ended well once, and has one result if it writes one.
    private static func isWhole(_ pool: PostgresPool, _ count: Int) async throws {
        #expect(try await pool.outcomes() == ["completed": count])
        #expect(try await pool.number("SELECT count(DISTINCT id) FROM jobs_done") == count)
        #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
        let (results, distinct) = try await pool.query("SELECT count(*), count(DISTINCT job) FROM results").one
            .decode(Int.self, Int.self)
        #expect(results == distinct)
        let wanted = try await pool.number("SELECT count(*) FROM jobs_done WHERE id % 2 = 1")
        #expect(results == wanted)
    }

    @Test func `a worker process that is killed loses its jobs to another, which is told the attempt`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await TemporaryFolder.with { folder in
                    for _ in 0..<5 { try await JobBoard(pool).enqueue(NewJob("a")) }
                    let schema = try #require(pool.configuration.searchPath.first).name
                    let probe = BuiltProducts.executable("JobsProbe").path
                    let tally = Tally()
                    let worker = JobWorker(
                        [
                            JobHandler("a") { run in
                                #expect(run.job.attempt == 2)
                                tally.add(run.job.id)
                                return .done
                            }
                        ], on: pool, settings: .hasty)
                    try await ChildProcess.with(
                        probe, [Services.databaseURL, schema, "a", "1000"], output: folder.path("out")
                    ) { child in
                        try await loops.first.until("the other process runs all") {
                            #expect(child.isRunning)
                            return try await pool.number("SELECT count(*) FROM jobs WHERE state = 'running'") == 5
                        }
                        try await withWorkers([worker], on: loops.first) {
                            // It lives, so nobody takes anything from it.
                            let beats =
                                "SELECT count(*) FROM job_workers WHERE heartbeat_at > started_at + interval '1500 ms'"
                                as SQL
                            try await loops.first.until("it has lived longer than it may be silent") {
                                try await pool.number(beats) >= 1
                            }
                            #expect(tally.total == 0)
                            child.send(SIGKILL)
                            #expect(try await child.exit(on: loops.first) == -SIGKILL)
                            try await loops.first.until("all have run again", within: .seconds(30)) {
                                try await pool.outcomes() == ["completed": 5]
                            }
                        }
                    }
                    #expect(tally.total == 5 && worker.statistics.rescued == 5)
                }
            }
        }
    }

    @Test func `a worker process that is stopped hands its jobs back, and one that sleeps is fenced out`() async throws
    {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                try await TemporaryFolder.with { folder in
                    try await JobBoard(pool).enqueue(NewJob("a"))
                    let schema = try #require(pool.configuration.searchPath.first).name
                    let probe = BuiltProducts.executable("JobsProbe").path
                    let worker = JobWorker([JobHandler("a") { _ in .done }], on: pool, settings: .hasty)
                    try await ChildProcess.with(
                        probe, [Services.databaseURL, schema, "a", "1000"], output: folder.path("out")
                    ) { child in
                        try await loops.first.until("the other process runs it") {
                            try await pool.number("SELECT count(*) FROM jobs WHERE state = 'running'") == 1
                        }
                        child.send(SIGSTOP)
                        try await withWorkers([worker], on: loops.first) {
                            try await loops.first.until("it has run again", within: .seconds(30)) {
                                try await pool.outcomes() == ["completed": 1]
                            }
                            child.send(SIGCONT)
                            // It hears at its next heartbeat that the job is not its own, and takes new ones.
                            let silent =
                                "SELECT count(*) FROM job_workers WHERE heartbeat_at > clock_timestamp() - interval '200 ms'"
                                as SQL
                            try await loops.first.until("it beats again") { try await pool.number(silent) == 2 }
                        }
                        #expect(try await pool.outcomes() == ["completed": 1])
                        #expect(try await pool.number("SELECT count(*) FROM jobs") == 0)
                    }
                }
            }
        }
    }

    @Test func `the server restarts at once in the middle of everything, again and again`() async throws {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await JobsSchema.with(
                    on: loops.first, at: server.url, limits: Self.limits, configure: Self.hasty
                ) { pool in
                    try await pool.execute("CREATE TABLE results (job int8, attempt int)")
                    let count = 1500
                    _ = try await pool.withTransaction {
                        try await JobBoard.enqueue((0..<count).map { _ in NewJob("a") }, in: $0)
                    }
                    let tally = Tally()
                    let workers = (0..<2).map { _ in
                        var settings = JobWorkerSettings.hasty
                        settings.slots = 8
                        settings.silenceMax = .seconds(3)
                        return JobWorker([Self.work(pool, tally)], on: pool, settings: settings)
                    }
                    try await withWorkers(workers, on: loops.first) {
                        for round in 1...3 {
                            try await loops.first.until("some work is done", within: .seconds(60)) {
                                tally.total > round * 150
                            }
                            try await server.crash()
                            try await server.start()
                        }
                        try await loops.first.until("all is done", within: .seconds(120), every: .milliseconds(50)) {
                            do {
                                return try await pool.number("SELECT count(*) FROM jobs_done") == count
                            } catch is PostgresError { return false }
                        }
                    }
                    try await Self.isWhole(pool, count)
                    #expect(workers.contains { $0.statistics.fetchesFailed > 0 || $0.statistics.retried > 0 })
                }
            }
        }
    }

    /// The answer to a commit is lost: the end was written, and whoever wrote it finds out.
    @Test func `an end whose answer was lost is found in the history`() async throws {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await JobsSchema.with(on: loops.first, at: server.url) { direct in
                    try await direct.execute("CREATE TABLE results (job int8, attempt int)")
                    let port = UInt16(try #require(Self.port(of: server.url)))
                    let proxy = try FaultyProxy(on: loops.first, to: SocketAddress("127.0.0.1", port: port))
                    var configuration = try PostgresConfiguration(
                        "postgresql://postgres@127.0.0.1:\(proxy.port)/\(direct.configuration.database ?? "postgres")")
                    configuration.searchPath = direct.configuration.searchPath
                    Self.hasty(&configuration)
                    let pool = PostgresPool(configuration, on: loops.first, limits: Self.limits)
                    do {
                        for kind in ["inside", "outside"] { try await Self.loseAnswer(kind, direct, pool, proxy) }
                    } catch {
                        Issue.record(error)
                    }
                    await pool.close()
                    proxy.close()
                }
            }
        }
    }

    private static func loseAnswer(
        _ kind: String, _ direct: PostgresPool, _ pool: PostgresPool, _ proxy: FaultyProxy
    ) async throws {
        let loop = pool.loop
        let tally = Tally()
        let line = Line(proxy)
        let handler = JobHandler(kind) { run in
            tally.add(run.job.id)
            if kind == "outside" {
                // Whatever is sent from now on arrives, and no answer comes back.
                try line.proxy.turn(.blackhole(.toClient))
                return .done
            }
            try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO results VALUES (\(run.job.id.number), 1)")
                try await run.complete(in: transaction)
                try line.proxy.turn(.blackhole(.toClient))
            }
            return .done
        }
        var settings = JobWorkerSettings.hasty
        settings.silenceMax = .seconds(30)
        let worker = JobWorker([handler], on: pool, settings: settings)
        try await withWorkers([worker], on: loop) {
            try await JobBoard(direct).enqueue(NewJob(kind))
            try await loop.until("the end has arrived", within: .seconds(20)) {
                try await direct.number("SELECT count(*) FROM jobs_done WHERE kind = \(kind)") == 1
            }
            #expect(worker.statistics.completed == 0)
            // The lines whose answers were swallowed end here: TCP never goes on with a gap.
            try proxy.turn(.reset)
            try proxy.turn(.pass)
            try await loop.until("the worker knows", within: .seconds(30)) { worker.statistics.completed == 1 }
            #expect(worker.statistics.resolved == 1 && worker.statistics.fencedOut == 0)
        }
        #expect(tally.total == 1)
        #expect(try await direct.number("SELECT count(*) FROM jobs") == 0)
    }

    private static func port(of url: String) -> Int? {
        url.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    @Test func `a fetch whose answer was lost is let go by the heartbeat`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let tally = Tally()
                let worker = JobWorker(
                    [
                        JobHandler("a") { run in
                            tally.add(run.job.id)
                            return .done
                        }
                    ], on: pool, settings: .hasty)
                try await withWorkers([worker], on: loops.first) {
                    let order = FetchOrder(
                        worker: worker.id, queue: "lost",
                        kinds: [FetchOrder.Kind(name: "a", runningMax: nil, bucket: nil)], organizationRunningMax: nil,
                        limit: 10)
                    var job = NewJob("a")
                    job.queue = "lost"
                    try await JobBoard(pool).enqueue(job)
                    // In the worker's name, and it does not hear of it.
                    #expect(try await pool.fetch(order).count == 1)
                    try await loops.first.until("it is let go") { worker.statistics.letGo == 1 }
                    #expect(
                        try await pool.query("SELECT state || attempt FROM jobs").one.decode(String.self)
                            == "available1")
                }
                #expect(tally.total == 0)
            }
        }
    }
}

/// The proxy for closures that only its loop's thread runs.
private final class Line: @unchecked Sendable {
    let proxy: FaultyProxy

    init(_ proxy: FaultyProxy) { self.proxy = proxy }
}
