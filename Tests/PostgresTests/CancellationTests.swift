import Loop
import Synchronization
import TestKit
import Testing

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct CancellationTests {
    @Test func `a cancelled statement is cancelled on the server, and its neighbours are not`() async throws {
        var limits = PoolLimits()
        limits.shared = 1
        try await Loops.with { [limits] loops in
            try await withDatabase(on: loops.first, limits: limits) { pool in
                let began = Moment.now
                let sleeper = Task(executorPreference: loops.first) { try await pool.query("SELECT pg_sleep(30)") }
                try await loops.first.until("it is sent") { pool.statistics.requestsInFlight == 1 }
                let neighbours = (0..<10).map { number in
                    Task(executorPreference: loops.first) {
                        try await pool.query("SELECT \(number)").one.decode(Int.self)
                    }
                }
                try await loops.first.until("they are sent") { pool.statistics.requestsInFlight == 11 }
                sleeper.cancel()
                let result = await sleeper.result
                #expect(throws: CancellationError.self) { try result.get() }
                for (number, neighbour) in neighbours.enumerated() { #expect(try await neighbour.value == number) }
                #expect(pool.statistics.connectionsLost == 0)
                #expect(Moment.now - began < .seconds(25))
            }
        }
    }

    @Test func `a cancel request that overtakes its statement is repeated`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                for _ in 0..<30 {
                    // On a connection of its own, where a cancellation is noticed at once.
                    let sleeper = Task(executorPreference: loops.first) {
                        try await pool.withConnection { try await $0.query("SELECT pg_sleep(30)") }
                    }
                    try await loops.first.until("it is handed over") { pool.statistics.requestsInFlight > 0 }
                    sleeper.cancel()
                    let result = await sleeper.result
                    #expect(throws: CancellationError.self) { try result.get() }
                }
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }

    @Test func `who waits in line hears at once that it was cancelled`() async throws {
        var limits = PoolLimits()
        limits.shared = 1
        limits.requestsPerConnection = 1
        try await Loops.with { [limits] loops in
            try await withDatabase(on: loops.first, limits: limits) { pool in
                let sleeper = Task(executorPreference: loops.first) { try await pool.query("SELECT pg_sleep(30)") }
                try await loops.first.until("it is sent") { pool.statistics.requestsInFlight == 1 }
                let waiter = Task(executorPreference: loops.first) { try await pool.query("SELECT 1") }
                try await loops.first.until("it waits") { pool.statistics.requestsWaiting == 1 }
                waiter.cancel()
                let waited = await waiter.result
                #expect(throws: CancellationError.self) { try waited.get() }
                #expect(pool.statistics.requestsInFlight == 1)
                sleeper.cancel()
                let slept = await sleeper.result
                #expect(throws: CancellationError.self) { try slept.get() }
            }
        }
    }

    @Test func `a statement that takes longer than a moment can be answered, overtaken or cancelled`() async throws {
        // Around the moment at which its task comes back for its cancellation handler.
        let moment = Double(PostgresConnection.unattendedMax.components.attoseconds) / 1e18
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                for number in 0..<60 {
                    let nap = moment * Double(number % 6) / 2
                    let task = Task(executorPreference: loops.first) {
                        try await pool.query("SELECT \(number) FROM pg_sleep(\(nap))").one.decode(Int.self)
                    }
                    if number.isMultiple(of: 3) {
                        try await loops.first.sleep(for: .seconds(moment * Double(number % 5) / 2))
                        task.cancel()
                    }
                    do { #expect(try await task.value == number) } catch {
                        #expect(error is CancellationError && number.isMultiple(of: 3), "\(error)")
                    }
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT 1 / (\(1) - 1) FROM pg_sleep(\(moment * 3))")
                }
                #expect(error?.sqlState == .divisionByZero)
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }

    @Test func `what is cancelled before it is sent never is`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int)")
                let task = Task(executorPreference: loops.first) {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await pool.execute("INSERT INTO t VALUES (1)")
                }
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
                #expect(pool.statistics.requestsInFlight == 0)
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 0)
            }
        }
    }

    @Test func `an overdue statement ends in time, and its connection goes on`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                _ = try await pool.query("SELECT 1")
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT pg_sleep(30)", timeout: .milliseconds(100), site: "slowOne")
                }
                #expect(error?.code == .queryDeadline && error?.site == "slowOne")
                try await loops.first.until("the server has let it go") { pool.statistics.requestsInFlight == 0 }
                #expect(pool.statistics.connectionsLost == 0)
                let inside = await #expect(throws: PostgresError.self) {
                    try await pool.withTransaction { tx in
                        try await tx.query("SELECT pg_sleep(30)", timeout: .milliseconds(100))
                    }
                }
                #expect(inside?.code == .queryDeadline)
                #expect(try await pool.withConnection { try await $0.query("SELECT 5").one.decode(Int.self) } == 5)
            }
        }
    }

    @Test func `a cancelled transaction leaves nothing behind`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int)")
                let task = Task(executorPreference: loops.first) {
                    try await pool.withTransaction { tx in
                        try await tx.query("INSERT INTO t VALUES (1)")
                        try await tx.query("SELECT pg_sleep(30)")
                    }
                }
                try await loops.first.until("it sleeps") {
                    try await pool.query(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(30)%' AND state = 'active'"
                    ).one.decode(Int.self) > 0
                }
                task.cancel()
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 0)
            }
        }
    }

    @Test func `cancelling at random moments never mixes up results`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                var random = Seeded(seed)
                var tasks: [Task<Int, any Error>] = []
                for number in 0..<300 {
                    let naps = Bool.random(using: &random)
                    let task = Task(executorPreference: loops.first) {
                        try await naps
                            ? pool.query("SELECT \(number) FROM pg_sleep(0.001)").one.decode(Int.self)
                            : pool.query("SELECT \(number)").one.decode(Int.self)
                    }
                    tasks.append(task)
                    if Int.random(in: 0..<3, using: &random) == 0 {
                        tasks[Int.random(in: 0...number, using: &random)].cancel()
                    }
                    if Int.random(in: 0..<10, using: &random) == 0 {
                        try await loops.first.sleep(for: .microseconds(300))
                    }
                }
                for (number, task) in tasks.enumerated() {
                    do { #expect(try await task.value == number, "seed \(seed)") } catch {
                        #expect(error is CancellationError, "\(error), seed \(seed)")
                    }
                }
                #expect(try await pool.query("SELECT 1").count == 1)
            }
        }
    }

    @Test func `a stream holds few rows, however many there are`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                var sum = 0
                var count = 0
                try await pool.withConnection { session in
                    try await session.stream("SELECT n, repeat('x', 500) FROM generate_series(1, \(50_000)) AS n") {
                        row in
                        sum += try row.decode(Int.self)
                        count += 1
                        if count % 10_000 == 0 { try await loops.first.sleep(for: .milliseconds(20)) }
                    }
                    #expect(try await session.query("SELECT 3").one.decode(Int.self) == 3)
                }
                #expect(count == 50_000)
                #expect(sum == 50_000 * 50_001 / 2)
            }
        }
    }

    @Test func `a stream that is left early frees its connection`() async throws {
        struct Enough: Error {}
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.withConnection { session in
                    await #expect(throws: Enough.self) {
                        try await session.stream("SELECT n FROM generate_series(1, 1000000) AS n") { row in
                            if try row.decode(Int.self) == 1000 { throw Enough() }
                        }
                    }
                    let three = try await session.query("SELECT 3").one.decode(Int.self)
                    #expect(three == 3)
                }
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection {
                        try await $0.stream("SELECT 1 / (500 - n) FROM generate_series(1, 1000) AS n") { _ in }
                    }
                }
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }
}
