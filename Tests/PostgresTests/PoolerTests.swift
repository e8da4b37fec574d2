import Loop
import TestKit
import Testing

@testable import Postgres

/// Through a real pgbouncer that gives each transaction another of its few sessions.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PoolerTests {
    private static let servers = 3

    private static func withPooler(
        _ body: @escaping @Sendable (_ pool: PostgresPool, _ direct: PostgresPool, _ url: String) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { server in
                try await TemporaryFolder.with { folder in
                    let port = try server.port
                    try await PgBouncer.with(before: port, servers: servers, in: folder, on: loops.first) { pooler in
                        let url = "postgresql://ledgerline@127.0.0.1:\(pooler.port)/ledgerline"
                        var configuration = try PostgresConfiguration(url)
                        configuration.isBehindPooler = true
                        let pool = PostgresPool(configuration, on: loops.first)
                        try await withPool(at: server.url, on: loops.first) { direct in
                            try await body(pool, direct, url)
                        }
                        await pool.close()
                    }
                }
            }
        }
    }

    @Test func `two hundred tasks ask, write and batch at once, and none meets a prepared statement`() async throws {
        try await Self.withPooler { pool, direct, _ in
            try await pool.execute("CREATE TABLE t (id int PRIMARY KEY, word text NOT NULL)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<200 {
                    group.addTask {
                        for turn in 0..<5 {
                            let value = task * 1000 + turn
                            #expect(try await pool.query("SELECT \(value)").one.decode(Int.self) == value)
                        }
                        try await pool.execute("INSERT INTO t VALUES (\(task), \("single"))")
                        try await pool.withTransaction { tx in
                            try await tx.query("INSERT INTO t VALUES (\(1000 + task), \("transaction"))")
                            let found = try await tx.query("SELECT word FROM t WHERE id = \(1000 + task)").one
                            #expect(try found.decode(String.self) == "transaction")
                        }
                        let batch = try await pool.executeBatch([
                            "INSERT INTO t VALUES (\(2000 + task), \("batch"))",
                            "SELECT word FROM t WHERE id = \(2000 + task)",
                        ])
                        #expect(try batch[1].one.decode(String.self) == "batch")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 600)
            #expect(pool.statistics.connectionsLost == 0)
            // Few sessions served many connections, and nothing of ours is left in them.
            let sessions = try await direct.query(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ledgerline' AND pid <> pg_backend_pid() AND client_addr IS NOT NULL"
            ).one.decode(Int.self)
            #expect(sessions <= Self.servers)
            let backends = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await pool.query(
                            "SELECT pg_backend_pid(), (SELECT count(*) FROM pg_prepared_statements) FROM pg_sleep(0.005)"
                        ).one.decode(Int.self, Int.self)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(backends.values.allSatisfy { $0 == 0 })
        }
    }

    @Test func `an error fails its own statement, and a failed transaction is undone`() async throws {
        try await Self.withPooler { pool, _, _ in
            try await pool.execute("CREATE TABLE t (id int PRIMARY KEY)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<60 {
                    group.addTask {
                        let isBad = task % 3 == 0
                        do {
                            let value = try await pool.query("SELECT \(task) / \(isBad ? 0 : 1)").one.decode(Int.self)
                            #expect(value == task && !isBad)
                        } catch let error as PostgresError {
                            #expect(error.sqlState == .divisionByZero && isBad)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withTransaction { tx in
                    try await tx.query("INSERT INTO t VALUES (1)")
                    try await tx.query("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(try await pool.query("SELECT count(*) FROM t").one.decode(Int.self) == 0)
            #expect(pool.statistics.connectionsLost == 0)
        }
    }

    @Test func `a cancelled task cancels its statement behind the pooler`() async throws {
        try await Self.withPooler { pool, direct, _ in
            let task = Task(executorPreference: pool.loop) { try await pool.query("SELECT pg_sleep(60)") }
            func running() async throws -> Int {
                try await direct.query(
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()"
                ).one.decode(Int.self)
            }
            try await pool.loop.until("it runs") { try await running() == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await pool.loop.until("it is gone") { try await running() == 0 }
        }
    }

    @Test func `what would stay in somebody else's session is refused, and a local setting is not`() async throws {
        try await Self.withPooler { pool, _, url in
            for sql: SQL in ["SET work_mem = '1MB'", "LISTEN news", "SELECT pg_advisory_lock(1)"] {
                let shared = await #expect(throws: PostgresError.self) { try await pool.execute(sql) }
                #expect(shared?.code == .sessionChangeRefused)
                let own = await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { try await $0.query(sql) }
                }
                #expect(own?.code == .sessionChangeRefused)
            }
            let inside = try await pool.withTransaction { tx in
                try await tx.query("SET LOCAL work_mem = '1MB'")
                return try await tx.query("SHOW work_mem").one.decode(String.self)
            }
            #expect(inside == "1MB")
            var searching = try PostgresConfiguration(url)
            searching.isBehindPooler = true
            searching.searchPath = [try Identifier("public")]
            let loop = pool.loop
            let refused = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.open(searching, on: loop, { _ in }).close()
            }
            #expect(refused?.description.contains("ALTER ROLE") == true)
        }
    }
}
