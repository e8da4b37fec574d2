import Crypto
import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import Jobs

/// Who is fetched, and who has to wait.
@Suite(.timeLimit(.minutes(2))) struct FetchTests {
    private static func job(_ kind: String, _ organization: UUID?, _ change: (inout NewJob) -> Void = { _ in })
        -> NewJob
    {
        var job = NewJob(kind)
        job.organization = organization
        change(&job)
        return job
    }

    private static func enqueue(_ jobs: [NewJob], _ pool: PostgresPool) async throws -> [JobID] {
        try await pool.withTransaction { try await JobBoard.enqueue(jobs, in: $0) }
    }

    @Test func `many who fetch at once never get the same job`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let ids = try await Self.enqueue((0..<500).map { _ in NewJob("a") }, pool)
                let tasks = (0..<8).map { _ in
                    Task(executorPreference: loops.first) {
                        var mine: [JobID] = []
                        let order = FetchOrder(["a"], limit: 7)
                        while true {
                            let some = try await pool.fetch(order)
                            if some.isEmpty { return mine }
                            #expect(some.count <= 7 && some.allSatisfy { $0.attempt == 1 })
                            mine += some.map(\.id)
                        }
                    }
                }
                var all: [JobID] = []
                for task in tasks { all += try await task.value }
                #expect(all.sorted() == ids.sorted())
            }
        }
    }

    @Test func `a job that somebody holds is stepped over`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let ids = try await Self.enqueue((0..<3).map { _ in NewJob("a") }, pool)
                let fetched = try await pool.withTransaction { transaction in
                    try await transaction.query("SELECT id FROM jobs WHERE id = \(ids[0].number) FOR UPDATE")
                    return try await pool.fetch(FetchOrder(["a"]))
                }
                #expect(fetched.map(\.id) == Array(ids[1...]))
            }
        }
    }

    @Test func `priority, then age, orders the jobs of an organization`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let order: [NewJob.Priority] = [.idle, .normal, .urgent, .low, .normal, .urgent]
                let ids = try await Self.enqueue(
                    order.map { priority in Self.job("a", nil) { $0.priority = priority } }, pool)
                var fetched: [JobID] = []
                for _ in ids { fetched += try await pool.fetch(FetchOrder(["a"], limit: 1)).map(\.id) }
                #expect(fetched == [2, 5, 1, 4, 3, 0].map { ids[$0] })
            }
        }
    }

    @Test func `a job waits for its time`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let past = Timestamp(microseconds: 1_000_000)
                let ids = try await Self.enqueue(
                    [
                        Self.job("a", nil) { $0.when = .after(.seconds(3600)) },
                        Self.job("a", nil) { $0.when = .at(past) }, Self.job("a", nil) { $0.when = .at(.infinity) },
                    ], pool)
                #expect(try await pool.fetch(FetchOrder(["a"])).map(\.id) == [ids[1]])
                try await pool.execute("UPDATE jobs SET run_at = clock_timestamp() WHERE id = \(ids[0].number)")
                #expect(try await pool.fetch(FetchOrder(["a"])).map(\.id) == [ids[0]])
                #expect(try await pool.fetch(FetchOrder(["a"])).isEmpty)
            }
        }
    }

    @Test func `ten thousand jobs of one organization do not keep another waiting`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let (loud, quiet) = (UUID.v7(), UUID.v7())
                // The loud one's are older and more urgent.
                _ = try await Self.enqueue(
                    (0..<10_000).map { _ in Self.job("a", loud) { $0.priority = .urgent } }, pool)
                let one = try await Self.enqueue([Self.job("a", quiet) { $0.priority = .idle }], pool)
                let own = try await Self.enqueue([Self.job("b", nil)], pool)
                let fetched = try await pool.fetch(FetchOrder(["a", "b"], limit: 5))
                #expect(fetched.count == 5)
                #expect(fetched.contains { $0.id == one[0] } && fetched.contains { $0.id == own[0] })
                // Three of the loud one run, so whoever comes is before it, even with room for one.
                let next = try await Self.enqueue([Self.job("a", quiet)], pool)
                #expect(try await pool.fetch(FetchOrder(["a"], limit: 1)).map(\.id) == next)
            }
        }
    }

    @Test func `an organization's and a kind's limits count what runs anywhere`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let organizations = (0..<3).map { _ in UUID.v4() }
                _ = try await Self.enqueue(
                    organizations.flatMap { organization in
                        (0..<20).flatMap { _ in [Self.job("a", organization), Self.job("b", organization)] }
                    }, pool)
                let tasks = (0..<6).map { _ in
                    Task(executorPreference: loops.first) {
                        let order = FetchOrder(
                            worker: .v4(), queue: "default",
                            kinds: [
                                FetchOrder.Kind(name: "a", runningMax: 4, bucket: nil),
                                FetchOrder.Kind(name: "b", runningMax: nil, bucket: nil),
                            ], organizationRunningMax: 5, limit: 3)
                        var mine: [FetchedJob] = []
                        for _ in 0..<10 { mine += try await pool.fetch(order) }
                        return mine
                    }
                }
                var all: [FetchedJob] = []
                for task in tasks { all += try await task.value }
                for organization in organizations { #expect(all.count { $0.organization == organization } == 5) }
                #expect(all.count { $0.kind == "a" } == 4)
                // One ends, one may begin.
                let ended = try #require(all.first { $0.kind == "a" })
                try await pool.execute(JobSQL.complete([ended.ticket], of: ended.ticket.worker))
                let order = FetchOrder(
                    worker: .v4(), queue: "default", kinds: [FetchOrder.Kind(name: "a", runningMax: 4, bucket: nil)],
                    organizationRunningMax: 5, limit: 10)
                #expect(try await pool.fetch(order).map(\.organization) == [ended.organization])
            }
        }
    }

    @Test func `who fetches other kinds stands in the same line, and counts what was taken before`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let organization = UUID.v4()
                _ = try await Self.enqueue(
                    (0..<10).flatMap { _ in [Self.job("a", organization), Self.job("b", organization)] }, pool)
                func order(_ kind: String) -> FetchOrder {
                    FetchOrder(
                        worker: .v4(), queue: "default",
                        kinds: [FetchOrder.Kind(name: kind, runningMax: nil, bucket: nil)],
                        organizationRunningMax: 5, limit: 4)
                }
                let (first, second) = (order("a"), order("b"))
                let waiting = try await pool.withTransaction { transaction in
                    #expect(try await transaction.executeBatch(JobSQL.fetch(first)).last?.count == 4)
                    let task = Task(executorPreference: loops.first) { try await pool.fetch(second).count }
                    try await loops.first.until("the second waits for the first") {
                        try await pool.number(
                            """
                            SELECT count(*) FROM pg_locks AS mine JOIN pg_locks AS other
                                USING (locktype, database, classid, objid, objsubid)
                            WHERE locktype = 'advisory' AND mine.pid = \(Int(transaction.backend)) AND NOT other.granted
                            """) == 1
                    }
                    return task
                }
                #expect(try await waiting.value == 1)
            }
        }
    }

    @Test func `a kind at its limit does not stand in the way of another`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                let organization = UUID.v4()
                _ = try await Self.enqueue((0..<2000).map { _ in Self.job("a", organization) }, pool)
                let last = try await Self.enqueue([Self.job("b", organization)], pool)
                let order = FetchOrder(
                    worker: .v4(), queue: "default",
                    kinds: [
                        FetchOrder.Kind(name: "a", runningMax: 1, bucket: nil),
                        FetchOrder.Kind(name: "b", runningMax: nil, bucket: nil),
                    ], organizationRunningMax: nil, limit: 10)
                let fetched = try await pool.fetch(order)
                #expect(fetched.map(\.kind).sorted() == ["a", "b"])
                #expect(fetched.last?.id == last[0])
            }
        }
    }

    @Test func `a provider's bucket is emptied by all and filled by time`() async throws {
        try await Loops.with { loops in
            try await JobsSchema.with(on: loops.first) { pool in
                // So slow that nothing drips in while the test runs.
                let limit = RateLimit("provider", perSecond: 0.001, burst: 5)
                try await pool.execute(JobSQL.keepBuckets([limit]))
                _ = try await Self.enqueue((0..<20).flatMap { _ in [NewJob("a"), NewJob("b")] }, pool)
                func order() -> FetchOrder {
                    FetchOrder(
                        worker: .v4(), queue: "default",
                        kinds: ["a", "b"].map { FetchOrder.Kind(name: $0, runningMax: nil, bucket: "provider") },
                        organizationRunningMax: nil, limit: 2)
                }
                let tasks = (0..<4).map { _ in
                    let order = order()
                    return Task(executorPreference: loops.first) {
                        var count = 0
                        for _ in 0..<4 { count += try await pool.fetch(order).count }
                        return count
                    }
                }
                var fetched = 0
                for task in tasks { fetched += try await task.value }
                #expect(fetched == 5)
                // The database's clock fills it: two thousand seconds are two more, a year is five.
                try await pool.execute(
                    "UPDATE rate_limits SET tokens = 0, refilled_at = refilled_at - interval '2500 s'")
                #expect(try await pool.fetch(order()).count == 2)
                #expect(try await pool.fetch(order()).count == 0)
                try await pool.execute("UPDATE rate_limits SET refilled_at = refilled_at - interval '1 year'")
                var burst = 0
                for _ in 0..<5 { burst += try await pool.fetch(order()).count }
                #expect(burst == 5)
                // A clock that went back takes nothing away, and a kind without a bucket in the table has none.
                try await pool.execute(
                    "UPDATE rate_limits SET tokens = 1, refilled_at = refilled_at + interval '1 day'")
                #expect(try await pool.fetch(order()).count == 1)
                try await pool.execute("DELETE FROM rate_limits")
                #expect(try await pool.fetch(order()).count == 0)
            }
        }
    }
}
