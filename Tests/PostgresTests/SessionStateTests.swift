import Loop
import TestKit
import Testing

@testable import Postgres

/// Nobody inherits the settings of somebody else's session.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SessionStateTests {
    @Test(arguments: [
        ("SET work_mem = '1MB'", true), ("set session work_mem = '1MB'", true), ("RESET work_mem", true),
        ("DISCARD ALL", true), ("LISTEN news", true), ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", true),
        ("PREPARE p AS SELECT 1", true), ("LOAD 'auto_explain'", true), ("CREATE TEMP TABLE t (id int)", true),
        ("CREATE LOCAL TEMPORARY TABLE t (id int)", true), ("-- a remark\nSET work_mem = '1MB'", false),
        ("SET LOCAL work_mem = '1MB'", false), ("SET TRANSACTION READ ONLY", false),
        ("SET CONSTRAINTS ALL DEFERRED", false), ("UPDATE t SET a = 1", false), ("CREATE TABLE t (temp int)", false),
        ("DEALLOCATE ALL", false), ("SELECT set_config('a.b', 'c', false)", false), ("", false),
    ])
    func `commands that outlive their transaction are told by their first words`(text: String, changes: Bool) {
        #expect(SQL(unsafe: text).changesSession == changes)
    }

    @Test(arguments: [
        "SELECT set_config('a.b', 'c', false)", "SELECT pg_advisory_lock(1)", "select pg_try_advisory_lock_shared(1)",
    ])
    func `functions that may do the same are told too`(text: String) {
        #expect(SQL(unsafe: text).touchesSession)
        #expect(!SQL(unsafe: "SELECT pg_advisory_xact_lock(1)").touchesSession)
    }

    @Test func `a shared connection refuses to be changed, and nobody inherits anything`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let before = try await pool.query("SHOW work_mem").one.decode(String.self)
                for sql: SQL in ["SET work_mem = '77MB'", "SELECT set_config('work_mem', '77MB', false)"] {
                    // Twice: the second time it must not pass for a statement that is known.
                    for _ in 0..<2 {
                        let error = await #expect(throws: PostgresError.self) { try await pool.execute(sql) }
                        #expect(error?.code == .sessionChangeRefused)
                    }
                }
                for _ in 0..<10 {
                    #expect(try await pool.query("SHOW work_mem").one.decode(String.self) == before)
                }
                #expect(pool.statistics.connectionsLost == 0 && pool.statistics.requestsInFlight == 0)
            }
        }
    }

    @Test func `a borrowed connection that was changed is closed, and one that was not is lent again`() async throws {
        var limits = PoolLimits()
        limits.exclusive = 1
        try await Loops.with { [limits] loops in
            try await withDatabase(on: loops.first, limits: limits) { pool in
                func work(_ statements: SQL...) async throws -> (Int32, String) {
                    try await pool.withConnection { session in
                        for sql in statements { try await session.query(sql) }
                        return (session.backend, try await session.query("SHOW work_mem").one.decode(String.self))
                    }
                }
                let (first, usual) = try await work()
                let (second, changed) = try await work("SET work_mem = '77MB'")
                #expect(second == first && changed == "77MB")
                let (third, again) = try await work()
                #expect(third != first && again == usual)
                let local = try await pool.withTransaction { tx in
                    try await tx.query("SET LOCAL work_mem = '77MB'")
                    return tx.backend
                }
                let (fourth, after) = try await work()
                #expect(local == third && fourth == third && after == usual)
                try await pool.withConnection { session in
                    _ = try await session.executeBatch(["SELECT 1", "CREATE TEMP TABLE mine (id int)"])
                }
                #expect(try await work().0 != third)
            }
        }
    }
}
