import Crypto
import Loop
import Postgres
import TestKit
import Testing

@testable import Store

/// Appending through a real pgbouncer, which gives each transaction another of its few sessions.
@Suite(.timeLimit(.minutes(2)), .serialized) struct PooledAppendTests {
    /// A login's limits in one database, as an operator sets them.
    private static func limit(_ direct: PostgresPool) async throws {
        let database = try Identifier(
            try await direct.query("SELECT current_database()::text").one.decode(String.self))
        for sql: SQL in [
            "ALTER ROLE ledgerline IN DATABASE \(database) SET lock_timeout = '2s'",
            "ALTER ROLE ledgerline IN DATABASE \(database) SET statement_timeout = '5s'",
            "ALTER ROLE ledgerline IN DATABASE \(database) SET idle_in_transaction_session_timeout = '5s'",
            "ALTER ROLE ledgerline IN DATABASE \(database) SET transaction_timeout = '10s'",
        ] { try await direct.execute(sql) }
    }

    @Test func `without limits of the login's own nothing is appended, and with them everything is`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await withEmptyDatabase(on: loop) { url in
                let migrations = Services.repository + "/Migrations"
                try await Migrator(PostgresConfiguration(url), on: loop, folder: migrations).apply()
                try await withPool(at: url, on: loop) { direct in
                    try await TemporaryFolder.with { folder in
                        let (port, name) = try await direct.query(
                            "SELECT current_setting('port')::int4, current_database()::text"
                        ).one.decode(Int32.self, String.self)
                        try await PgBouncer.with(before: UInt16(port), in: folder, on: loop) { pooler in
                            try await Self.appends(
                                through: "postgresql://ledgerline@127.0.0.1:\(pooler.port)/\(name)", direct)
                        }
                    }
                }
            }
        }
    }

    private static func appends(through url: String, _ direct: PostgresPool) async throws {
        var configuration = try PostgresConfiguration(url)
        configuration.isBehindPooler = true
        configuration.applicationName = "pooled"
        let pool = PostgresPool(configuration, on: direct.loop)
        let happenings = Happened()
        let appender = EventAppender(pool) { happenings.add($0) }
        let task = Task(executorPreference: direct.loop) { await appender.run() }
        let stream = UUID.v7()
        let result: Result<Void, any Error>
        do {
            let verdict = Task(executorPreference: direct.loop) {
                try await appender.append(append(to: stream, at: .version(1), events(1)))
            }
            try await direct.loop.until("the refusal") {
                happenings.failures.contains { "\($0.map { "\($0)" } ?? "")".contains("SET lock_timeout = '2s'") }
            }
            let log = try await EventLog.read(through: .pool(direct))
            #expect(try await log.version(of: stream, through: .pool(direct)) == 0)
            try await limit(direct)
            // A limit holds from the next session on.
            try await direct.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pooled'"
            )
            #expect(try await verdict.value.receipt?.versions == 1...1)
            result = .success(())
        } catch { result = .failure(error) }
        await appender.close(within: .zero)
        await pool.close()
        await task.value
        try result.get()
    }
}
