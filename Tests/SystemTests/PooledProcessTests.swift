import Crypto
import Foundation
import Glibc
import Loop
import Postgres
import TestKit
import Testing

/// The three processes and the console behind a real pgbouncer that pools by transaction.
@Suite(.timeLimit(.minutes(3)), .serialized) struct PooledProcessTests {
    private static let servers = 6

    private struct Scene: Sendable {
        let test: ConsoleUnderTest
        /// What a process reads.
        let environment: [String: String]
    }

    /// As `docs/deployment.md` says: the login has its limits, the processes go by the pooler, migrations went past it.
    private static func with(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        try await ConsoleUnderTest.with { test in
            let (port, name) = try await test.pool.query(
                "SELECT current_setting('port')::int4, current_database()::text"
            ).one.decode(Int32.self, String.self)
            let database = try Identifier(name)
            for sql: SQL in [
                "ALTER ROLE ledgerline IN DATABASE \(database) SET lock_timeout = '2s'",
                "ALTER ROLE ledgerline IN DATABASE \(database) SET statement_timeout = '5s'",
                "ALTER ROLE ledgerline IN DATABASE \(database) SET idle_in_transaction_session_timeout = '5s'",
                "ALTER ROLE ledgerline IN DATABASE \(database) SET transaction_timeout = '10s'",
            ] { try await test.pool.execute(sql) }
            try await TemporaryFolder.with { folder in
                try await PgBouncer.with(before: UInt16(port), servers: servers, in: folder, on: test.loop) { pooler in
                    let url = "postgresql://ledgerline@127.0.0.1:\(pooler.port)/\(name)"
                    let environment = ["DATABASE_URL": url, "LEDGERLINE_DATABASE_POOLER": "transaction"]
                    try await body(Scene(test: test, environment: environment))
                }
            }
        }
    }

    @Test func `the workers bring a call into the read model, and share the pooler's few sessions`() async throws {
        try await Self.with { scene in
            let test = scene.test
            try await ProcessUnderTest.with(.workers, scene.environment, on: test.loop) { process in
                try await process.untilReady()
                let call = try await test.appendCall()
                try await test.loop.until("the call's row", within: .seconds(30), every: .milliseconds(20)) {
                    try await test.count("SELECT count(*) FROM calls WHERE call_id = \(call) AND status = 'ended'") == 1
                }
                let sessions = try await test.count(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ledgerline-workers%'"
                )
                #expect((1...Self.servers).contains(sessions))
                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                #expect(try await test.count("SELECT count(*) FROM consumer_lanes WHERE owner IS NOT NULL") == 0)
            }
        }
    }

    @Test func `an owner is made by the console and signs in at the API`() async throws {
        try await Self.with { scene in
            let password = "correct horse battery"
            let variables = scene.environment.merging(["LEDGERLINE_PASSWORD": password]) { $1 }
            let words = ["user", "create", "--email", "owner@example.org", "--organization", "Pooled"]
            let made = try await RunningProcess.with(
                BuiltProducts.executable("ledgerline"), words + ["--new-organization"], environment: variables
            ) { process in (await process.exit(), process.output) }
            #expect(made.0 == 0, "\(made.1)")
            let own = ["JWT_SECRET": "a secret of more than thirty-two bytes"]
            try await ProcessUnderTest.with(.api, scene.environment.merging(own) { $1 }, on: scene.test.loop) {
                process in
                try await process.untilReady()
                for (word, status) in [(password, 200), ("wrong horse battery", 401)] {
                    let body = #"{"email":"owner@example.org","password":"\#(word)"}"#
                    let connection = try await process.connect()
                    try await connection.send(
                        "POST /api/v1/auth/login HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                    )
                    let answer = try await connection.response()
                    #expect(answer.status == status, "\(answer.text)")
                    guard status == 200 else { continue }
                    // Each tenant's query sets its role for its own transaction alone.
                    let token = try #require(answer.text.firstMatch(of: /"access_token":"([^"]+)"/)?.1)
                    let asking = try await process.connect()
                    try await asking.send(
                        "GET /api/v1/calls HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
                    )
                    #expect(try await asking.response().status == 200)
                }
            }
        }
    }

    @Test func `the realtime process is ready, and its way into the log is open`() async throws {
        try await Self.with { scene in
            try await ProcessUnderTest.with(.realtime, scene.environment, on: scene.test.loop) { process in
                try await process.untilReady()
                try await scene.test.loop.until("its way into the log", within: .seconds(20)) {
                    !process.process.output.contains("ALTER ROLE")
                }
                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                #expect(!process.process.output.contains("ALTER ROLE"), "\(process.process.output)")
            }
        }
    }
}
