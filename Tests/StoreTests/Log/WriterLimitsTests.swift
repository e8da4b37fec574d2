import Crypto
import Loop
import Postgres
import TestKit
import Testing

@testable import Store

/// Each limit of a writing session, reached. They wait for real, so they do so together.
@Suite(.timeLimit(.minutes(2))) struct WriterLimitsTests {
    private static func withSession(_ body: @escaping @Sendable (PostgresSession, PostgresPool) async throws -> Void)
        async throws
    {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                try await pool.withConnection(afterwards: .close) { session in
                    try await WriterLimits.impose(on: session)
                    try await body(session, pool)
                }
            }
        }
    }

    @Test func `who waits for a lane in vain keeps its events and tries again`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let (stream, other) = (UUID.v7(), UUID.v7())
                let lane = test.log.lane(of: stream)
                let verdict = try await test.pool.withTransaction { session in
                    try await session.query(
                        "SELECT pg_advisory_xact_lock('events'::regclass::oid::int, \(Int32(lane)))")
                    let waiting = Task(executorPreference: test.loop) {
                        try await test.appender.append(append(to: stream, at: .version(1), events(1)))
                    }
                    try await test.loop.until("the lock's limit strikes") {
                        test.happenings.failures.contains { $0?.sqlState == .lockNotAvailable }
                    }
                    #expect(try await test.log.version(of: stream, through: .pool(test.pool)) == 0)
                    return waiting
                }
                #expect(try await verdict.value.receipt?.versions == 1...1)
                #expect(try await test.appender.append(append(to: other, at: .version(1), events(1))).receipt != nil)
                #expect(try await test.everything().count == 2)
                let waited = test.appender.statistics.lockWaits
                #expect(waited.count == UInt64(test.appender.statistics.flushes))
            }
        }
    }

    @Test func `a statement that takes too long is ended`() async throws {
        try await Self.withSession { session, _ in
            let error = await #expect(throws: PostgresError.self) { try await session.query("SELECT pg_sleep(60)") }
            #expect(error?.sqlState == .queryCanceled)
        }
    }

    @Test func `a transaction that idles is ended`() async throws {
        try await Self.withSession { session, pool in
            try await session.query("BEGIN")
            try await pool.loop.until("the server ends it", within: .seconds(30), every: .milliseconds(50)) {
                try await pool.query("SELECT count(*) FROM pg_stat_activity WHERE pid = \(session.backend)").one
                    .decode(Int.self) == 0
            }
            await #expect(throws: PostgresError.self) { try await session.query("SELECT 1") }
        }
    }

    @Test func `a transaction that takes too long is ended`() async throws {
        try await Self.withSession { session, pool in
            try await session.query("BEGIN")
            let known =
                try await session.query("SELECT 1 FROM pg_settings WHERE name = 'transaction_timeout'").count == 1
            guard known else { return }
            let error = await #expect(throws: PostgresError.self) {
                for _ in 0..<60 { try await session.query("SELECT pg_sleep(0.5)") }
            }
            #expect(error?.sqlState == SQLState("25P04"))
        }
    }

    @Test func `the session says what it was told`() async throws {
        try await Self.withSession { session, _ in
            for (name, limit) in WriterLimits.settings {
                let rows = try await session.query(
                    "SELECT setting::bigint FROM pg_settings WHERE name = \(name) AND unit = 'ms'")
                #expect(try rows.first?.decode(Int.self) == Int(limit.components.seconds) * 1_000, "\(name)")
            }
        }
    }
}
