import Loop
import TestKit
import Testing

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct PoolTests {
    @Test func `every task gets its own result`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<64 {
                        group.addTask {
                            for turn in 0..<50 {
                                let value = task * 1000 + turn
                                let (same, word) = try await pool.query("SELECT \(value), \("w\(value)")").one.decode(
                                    Int.self, String.self)
                                #expect(same == value && word == "w\(value)")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(pool.statistics.requestsInFlight == 0)
                #expect(pool.statistics.connectionsOpen == 2)
            }
        }
    }

    @Test func `an error fails its own query, and those it took along are asked again`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for task in 0..<60 {
                        group.addTask {
                            do {
                                let divisor = task % 3 == 0 ? 0 : 1
                                let value = try await pool.query("SELECT \(task) / \(divisor)").one.decode(Int.self)
                                #expect(value == task && divisor == 1)
                                return true
                            } catch let error as PostgresError {
                                #expect(error.sqlState == .divisionByZero)
                                #expect(task % 3 == 0)
                                return false
                            }
                        }
                    }
                    let outcomes = try await group.reduce(into: []) { $0.append($1) }
                    #expect(outcomes.count { $0 } == 40)
                }
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }

    @Test func `a write is not undone by its neighbours' errors`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int PRIMARY KEY)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<40 {
                        group.addTask { try await pool.execute("INSERT INTO t VALUES (\(task))") }
                        group.addTask {
                            await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1 / \(0)") }
                        }
                        group.addTask {
                            _ = try await pool.query("INSERT INTO t VALUES (\(1000 + task)) RETURNING id").one
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 80)
            }
        }
    }

    @Test func `an error found at commit belongs to the statement`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute(
                    "CREATE TABLE t (id int, CONSTRAINT once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)")
                try await pool.execute("INSERT INTO t VALUES (1)")
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.execute("INSERT INTO t VALUES (1)", site: "insertTwice")
                }
                #expect(error?.sqlState == .uniqueViolation)
                #expect(error?.constraint == "once")
                #expect(error?.site == "insertTwice")
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 1)
            }
        }
    }

    @Test func `an error's description quotes no value`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE people (phone text CONSTRAINT one_phone PRIMARY KEY)")
                try await pool.execute("INSERT INTO people VALUES (\("+4912345"))")
                let twice = await #expect(throws: PostgresError.self) {
                    try await pool.execute("INSERT INTO people VALUES (\("+4912345"))")
                }
                let parse = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT \("+4912345")::text::uuid")
                }
                for error in [twice, parse].compactMap({ $0 }) {
                    #expect(!error.description.contains("12345"))
                    #expect(!error.isRetryable && !error.isConnectionLoss)
                }
                #expect(twice?.table == "people" && twice?.constraint == "one_phone")
            }
        }
    }

    @Test func `a batch is one round trip and one transaction`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int PRIMARY KEY)")
                let results = try await pool.executeBatch([
                    "SELECT pg_advisory_xact_lock(\(4711))", "INSERT INTO t VALUES (\(1)), (\(2)) RETURNING id",
                    "SELECT count(*) FROM t",
                ])
                #expect(results.map(\.count) == [1, 2, 1])
                #expect(try results[2].one.decode(Int.self) == 2)
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.executeBatch([
                        "INSERT INTO t VALUES (\(3))", "INSERT INTO t VALUES (\(1))", "SELECT 1",
                    ])
                }
                #expect(error?.sqlState == .uniqueViolation)
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 2)
                #expect(try await pool.executeBatch([]).isEmpty)
            }
        }
    }

    @Test func `a transaction is all or nothing, and a savepoint a part of it`() async throws {
        struct Enough: Error {}
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int PRIMARY KEY)")
                await #expect(throws: Enough.self) {
                    try await pool.withTransaction { tx in
                        try await tx.query("INSERT INTO t VALUES (1)")
                        throw Enough()
                    }
                }
                try await pool.withTransaction { tx in
                    try await tx.query("INSERT INTO t VALUES (2)")
                    await #expect(throws: PostgresError.self) {
                        try await tx.withSavepoint { try await $0.query("INSERT INTO t VALUES (2)") }
                    }
                    try await tx.withSavepoint { inner in
                        try await inner.query("INSERT INTO t VALUES (3)")
                        await #expect(throws: Enough.self) {
                            try await inner.withSavepoint { nested in
                                try await nested.query("INSERT INTO t VALUES (4)")
                                throw Enough()
                            }
                        }
                    }
                }
                let ids = try await pool.query("SELECT id FROM t ORDER BY id").map { try $0.decode(Int.self) }
                #expect(ids == [2, 3])
            }
        }
    }

    @Test func `a swallowed error does not pass for a commit`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.withTransaction { tx in
                        do {
                            try await tx.query("SELECT 1 / 0")
                        } catch is PostgresError {
                            // The mistake to be noticed.
                        }
                    }
                }
                #expect(error?.code == .transactionAborted)
            }
        }
    }

    @Test func `what goes out with BEGIN and with COMMIT is part of the transaction`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int PRIMARY KEY)")
                func add(_ closing: [SQL]) async throws -> [Int] {
                    try await pool.withTransaction(opening: ["INSERT INTO t VALUES (1) RETURNING id", "SELECT 7"]) {
                        tx, opened in
                        try await tx.query("INSERT INTO t VALUES (2)")
                        return (try opened.map { try $0.one.decode(Int.self) }, closing)
                    }
                }
                // The second of them fails: nothing of all is left, and whoever borrows next is in no transaction.
                let error = await #expect(throws: PostgresError.self) {
                    try await add(["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (3)"])
                }
                #expect(error?.sqlState == .uniqueViolation)
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 0)
                #expect(try await add(["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (4)"]) == [1, 7])
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 4)
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }

    @Test func `a lost race is run again only where the caller says so`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE counter (value int)")
                try await pool.execute("INSERT INTO counter VALUES (0)")
                func add(_ retry: TransactionRetry) async throws {
                    try await pool.withTransaction(isolation: .serializable, retrying: retry) { tx in
                        let value = try await tx.query("SELECT value FROM counter").one.decode(Int.self)
                        try await tx.query("UPDATE counter SET value = \(value + 1)")
                    }
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 { group.addTask { try await add(.serializationFailures(attempts: 100)) } }
                    try await group.waitForAll()
                }
                #expect(try await pool.query("SELECT value FROM counter").one.decode(Int.self) == 6)
                let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            do { try await add(.never) } catch let error as PostgresError {
                                #expect(error.sqlState == .serializationFailure && error.isRetryable)
                                return true
                            }
                            return false
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(try await pool.query("SELECT value FROM counter").one.decode(Int.self) == 12 - refused)
            }
        }
    }

    @Test func `a statement that opens a transaction on a shared connection fails, and nobody inherits it`()
        async throws
    {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let error = await #expect(throws: PostgresError.self) { try await pool.query("BEGIN") }
                #expect(error?.code == .transactionOnSharedConnection)
                let status = try await pool.query(
                    "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid = pg_backend_pid()"
                )
                #expect(try status.one.decode(Int.self) == 0)
            }
        }
    }

    @Test func `a full line and a long wait are refused`() async throws {
        var limits = PoolLimits()
        limits.exclusive = 1
        limits.waiting = 2
        limits.waitDeadline = .milliseconds(200)
        try await Loops.with { [limits] loops in
            try await withDatabase(on: loops.first, limits: limits) { pool in
                try await pool.withConnection { _ in
                    let codes = await withTaskGroup(of: PostgresError.Code?.self) { group in
                        for _ in 0..<3 {
                            group.addTask {
                                do { try await pool.withConnection { _ in } } catch {
                                    return (error as? PostgresError)?.code
                                }
                                return nil
                            }
                        }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(codes == [.poolExhausted, .poolExhausted, .poolExhausted])
                    #expect(pool.statistics.requestsRefused == 1)
                    #expect(pool.statistics.connectionsLent == 1)
                }
                // The line is empty again, and the connection free.
                try await pool.withConnection { _ = try await $0.query("SELECT 1").one }
            }
        }
    }

    @Test func `a connection left in a transaction is closed, and its work undone`() async throws {
        var limits = PoolLimits()
        limits.exclusive = 1
        try await Loops.with { [limits] loops in
            try await withDatabase(on: loops.first, limits: limits) { pool in
                try await pool.execute("CREATE TABLE t (id int)")
                let first = try await pool.withConnection { session in
                    try await session.query("BEGIN")
                    try await session.query("INSERT INTO t VALUES (1)")
                    return session.backend
                }
                let second = try await pool.withConnection { $0.backend }
                #expect(first != second)
                #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 0)
            }
        }
    }

    @Test func `statements beyond the cache's limit leave the server, and those lost are prepared again`() async throws
    {
        var limits = PoolLimits()
        limits.shared = 1
        try await Loops.with { [limits] loops in
            try await withDatabase(
                on: loops.first, limits: limits, configure: { $0.statementNames = .cached(limit: 8) }
            ) { pool in
                for number in 0..<50 {
                    let value = try await pool.query(SQL(unsafe: "SELECT \(number)")).one.decode(Int.self)
                    #expect(value == number)
                }
                let kept = try await pool.query("SELECT count(*) FROM pg_prepared_statements").one.decode(Int.self)
                #expect(kept <= 9)
                func ask(_ value: Int) async throws -> Int {
                    try await pool.query("SELECT \(value) + 1").one.decode(Int.self)
                }
                #expect(try await ask(1) == 2)
                try await pool.execute("DEALLOCATE ALL")
                #expect(try await ask(2) == 3)
                #expect(pool.statistics.connectionsLost == 0)
            }
        }
    }

    @Test func `a table may change under a prepared statement`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.execute("CREATE TABLE t (id int)")
                try await pool.execute("INSERT INTO t VALUES (1)")
                func all() async throws -> Int { try await pool.query("SELECT * FROM t").columnCount }
                for _ in 0..<4 { #expect(try await all() == 1) }
                try await pool.execute("ALTER TABLE t ADD COLUMN name text")
                for _ in 0..<4 { #expect(try await all() == 2) }
            }
        }
    }

    @Test func `unnamed statements leave nothing on the server`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first, configure: { $0.statementNames = .unnamed }) { pool in
                for number in 0..<5 { _ = try await pool.query("SELECT \(number)").one }
                let kept = try await pool.query("SELECT count(*) FROM pg_prepared_statements").one.decode(Int.self)
                #expect(kept == 0)
            }
        }
    }

    @Test func `closing lets what runs end and refuses what comes`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                async let running = pool.query("SELECT pg_sleep(0.2), 7")
                async let borrowed = pool.withConnection { try await $0.query("SELECT pg_sleep(0.2), 8").count }
                try await loops.first.until("both are on their way") {
                    pool.statistics.requestsInFlight == 2 && pool.statistics.connectionsLent == 1
                }
                await pool.close()
                #expect(try await running.count == 1)
                #expect(try await borrowed == 1)
                #expect(pool.statistics.connectionsOpen == 0)
                let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                #expect(error?.code == .closed)
            }
        }
    }
}
