import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

/// What the processes' login may do to the log, and what nobody may.
@Suite(.serialized, .timeLimit(.minutes(2))) struct RoleTests {
    private static let forbidden: [SQL] = [
        "UPDATE events SET type = 'other'", "DELETE FROM events", "TRUNCATE events",
        "UPDATE events SET type = 'other' WHERE false",
    ]

    /// A pool of a login that has `ledgerline_app` and nothing else, on the tables of `test`.
    private static func asProcess(_ test: LogUnderTest, _ body: (PostgresPool) async throws -> Void) async throws {
        let schema = try #require(test.pool.configuration.searchPath.first)
        try await test.pool.execute("GRANT USAGE ON SCHEMA \(schema) TO ledgerline_app")
        var configuration = try PostgresConfiguration(Services.processURL)
        configuration.searchPath = test.pool.configuration.searchPath
        let pool = PostgresPool(configuration, on: test.loop)
        let result: Result<Void, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        await pool.close()
        try result.get()
    }

    @Test func `the processes' login appends and reads`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                try await Self.asProcess(test) { pool in
                    let who = try await pool.query(
                        """
                        SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls,
                            pg_has_role(current_user, 'ledgerline_app', 'USAGE'),
                            (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)
                        FROM pg_roles r WHERE rolname = current_user
                        """
                    ).one.decode(Bool.self, Bool.self, Int.self)
                    #expect(who == (false, true, 1))
                    let appender = EventAppender(pool)
                    let life = Task(executorPreference: test.loop) { await appender.run() }
                    let stream = UUID.v7()
                    #expect(try await appender.append(append(to: stream, at: .version(1), events(2))).receipt != nil)
                    #expect(
                        try await appender.append(append(to: stream, at: .next, events(1))).receipt?.versions == 3...3)
                    #expect(try await test.log.events(of: stream, through: .pool(pool)).count == 3)
                    await appender.close()
                    await life.value
                }
            }
        }
    }

    @Test func `nobody changes what has happened`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                _ = try await test.appender.append(append(to: .v7(), at: .version(1), events(2)))
                let before = try await test.everything()
                try await Self.asProcess(test) { pool in
                    for statement in Self.forbidden + ["ALTER TABLE events DISABLE TRIGGER ALL", "DROP TABLE events"] {
                        let error = await #expect(throws: PostgresError.self) { try await pool.execute(statement) }
                        #expect(error?.sqlState == SQLState("42501"))
                    }
                    let error = await #expect(throws: PostgresError.self) {
                        try await pool.execute("UPDATE log_meta SET lanes = 2")
                    }
                    #expect(error?.sqlState == SQLState("42501"))
                }
                for statement in Self.forbidden {
                    let error = await #expect(throws: PostgresError.self) { try await test.pool.execute(statement) }
                    #expect(error?.sqlState == SQLState("42501"))
                }
                #expect(try await test.everything() == before)
            }
        }
    }
}
