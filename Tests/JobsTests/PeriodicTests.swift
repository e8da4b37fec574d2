import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import Jobs

@Suite(.timeLimit(.minutes(2))) struct PeriodicTests {
    private static func schedulers(_ count: Int, _ pool: PostgresPool) -> [PeriodicScheduler] {
        let periodic = PeriodicJob("nightly", .every(.seconds(60))) { due in
            NewJob("sweep", args: Array(#"{"due": "\#(due)"}"#.utf8))
        }
        return (0..<count).map { _ in PeriodicScheduler([periodic], on: pool) }
    }

    private static func minute(_ number: Int64) -> Timestamp {
        Timestamp(microseconds: 1_800_000_000_000_000 + number * 60_000_000)
    }

    /// All of them at once, at the same moment.
    private static func tick(_ schedulers: [PeriodicScheduler], at now: Timestamp, on loop: Loop) async throws -> Int {
        let tasks = schedulers.map { one in
            Task(executorPreference: loop) { try await one.tick(at: now).count }
        }
        var count = 0
        for task in tasks { count += try await task.value }
        return count
    }

    @Test func `three schedulers that tick at once enqueue each due moment once`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let all = Self.schedulers(3, pool)
                // Seen for the first time: it waits for its next moment.
                #expect(try await Self.tick(all, at: Self.minute(0), on: loops.first) == 0)
                for number in 1...20 {
                    let now = Self.minute(Int64(number)) + .seconds(number)
                    #expect(try await Self.tick(all, at: now, on: loops.first) == 1)
                    // Restarted over the tick, or just once more.
                    #expect(try await Self.tick(all + Self.schedulers(2, pool), at: now, on: loops.first) == 0)
                }
                let dues = try await pool.query("SELECT args ->> 'due' FROM jobs ORDER BY id").map {
                    try $0.decode(String.self)
                }
                #expect(dues == (1...20).map { Self.minute($0).description })
            }
        }
    }

    @Test func `of the moments missed one is made up for, and a clock that goes back repeats none`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                var counts: [Int] = []
                for (number, schedulers) in [(0, 1), (600, 3), (599, 3), (600, 3)] {
                    let all = Self.schedulers(schedulers, pool)
                    counts.append(try await Self.tick(all, at: Self.minute(Int64(number)), on: loops.first))
                }
                #expect(counts == [0, 1, 0, 0])
                #expect(try await pool.number("SELECT count(*) FROM periodic_runs") == 2)
            }
        }
    }

    @Test func `a run whose unique job still lives is left out`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let scheduler = PeriodicScheduler(
                    [
                        PeriodicJob("sweep", .every(.seconds(60))) { _ in
                            var job = NewJob("sweep")
                            job.uniqueKey = [1]
                            return job
                        }
                    ], on: pool)
                var counts: [Int] = []
                for number in 0...2 { counts.append(try await scheduler.tick(at: Self.minute(Int64(number))).count) }
                #expect(counts == [0, 1, 0])
                let run = try #require(try await pool.fetch(FetchOrder(["sweep"])).first)
                try await pool.execute(JobSQL.complete([run.ticket], of: run.ticket.worker))
                #expect(try await scheduler.tick(at: Self.minute(3)).count == 1)
            }
        }
    }

    @Test func `a job that can't be written down takes its moment with it neither`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                func scheduler(_ args: String) -> PeriodicScheduler {
                    PeriodicScheduler(
                        [PeriodicJob("a", .every(.seconds(60))) { _ in NewJob("a", args: Array(args.utf8)) }], on: pool)
                }
                let first = try await scheduler("{}").tick(at: Self.minute(0))
                #expect(first == [])
                await #expect(throws: PostgresError.self) { try await scheduler("{").tick(at: Self.minute(1)) }
                #expect(try await pool.number("SELECT count(*) FROM periodic_runs") == 1)
                #expect(try await scheduler("{}").tick(at: Self.minute(1)).count == 1)
            }
        }
    }

    @Test func `three workers run a schedule by the database's clock`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let tally = Tally()
                let workers = (0..<3).map { _ in
                    JobWorker(
                        [
                            JobHandler("often") { run in
                                tally.add(run.job.id)
                                return .done
                            }
                        ], periodic: [PeriodicJob("often", .every(.milliseconds(100))) { _ in NewJob("often") }],
                        on: pool, settings: .hasty)
                }
                try await withWorkers(workers, on: loops.first) {
                    try await loops.first.until("it ran ten times") { tally.total >= 10 }
                }
                // The first moment noticed is not run; every other is one job.
                let moments = try await pool.number("SELECT count(*) FROM periodic_runs")
                let jobs = try await pool.number(
                    "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM jobs_done)")
                #expect(jobs == moments - 1)
                #expect(tally.runs.values.allSatisfy { $0 == 1 })
            }
        }
    }
}
