import Loop
import TestKit
import Testing

@testable import Postgres

/// What goes wrong with servers and lines. Always: nothing hangs, no result goes astray, the pool recovers by itself.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FaultTests {
    private static func hasty(_ configuration: inout PostgresConfiguration) {
        configuration.connectDeadline = .seconds(2)
        configuration.queryDeadline = .seconds(1)
        configuration.cancelGrace = .milliseconds(300)
    }

    private static var limits: PoolLimits {
        var limits = PoolLimits()
        limits.waitDeadline = .seconds(1)
        limits.pauseMax = .milliseconds(200)
        return limits
    }

    /// Asks for numbers with many tasks while `fault` happens, then waits until the pool answers again.
    private static func ask(_ pool: PostgresPool, during fault: () async throws -> Void) async throws {
        let tasks = (0..<16).map { task in
            Task(executorPreference: pool.loop) {
                var failures = 0
                for turn in 0..<200 {
                    let number = task * 1000 + turn
                    do {
                        #expect(try await pool.query("SELECT \(number)").one.decode(Int.self) == number)
                    } catch let error as PostgresError {
                        #expect(error.isConnectionLoss || error.isRetryable || error.code == .queryDeadline, "\(error)")
                        failures += 1
                        try await pool.loop.sleep(for: .milliseconds(5))
                    }
                }
                return failures
            }
        }
        try await fault()
        for task in tasks { _ = try await task.value }
        try await recovers(pool)
    }

    private static func recovers(_ pool: PostgresPool) async throws {
        try await pool.loop.until("the pool answers", within: .seconds(30)) {
            do { return try await pool.query("SELECT 1").count == 1 } catch is PostgresError { return false }
        }
        #expect(try await pool.withConnection { try await $0.query("SELECT 2").one.decode(Int.self) } == 2)
        try await pool.loop.until("nothing is left over") { pool.statistics.requestsInFlight == 0 }
        #expect(pool.statistics.requestsWaiting == 0)
    }

    @Test func `backends are terminated in the middle of queries`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first, limits: Self.limits, configure: Self.hasty) { pool in
                let name = pool.configuration.applicationName + " \(UInt32.random(in: 0 ... .max))"
                var configuration = pool.configuration
                configuration.applicationName = name
                let victim = PostgresPool(configuration, on: loops.first, limits: Self.limits)
                try await Self.recovers(victim)
                try await Self.ask(victim) {
                    for _ in 0..<5 {
                        try await pool.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(name)")
                        try await loops.first.sleep(for: .milliseconds(20))
                    }
                }
                #expect(victim.statistics.connectionsLost > 0)
                await victim.close()
            }
        }
    }

    @Test func `a private server crashes, stops and freezes`() async throws {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                try await withDatabase(on: loops.first, at: server.url, limits: Self.limits, configure: Self.hasty) {
                    pool in
                    try await Self.recovers(pool)
                    try await Self.ask(pool) {
                        try await server.crash()
                        try await server.start()
                    }
                    #expect(pool.statistics.connectionsLost > 0)
                    try await Self.ask(pool) {
                        try await server.stop()
                        let refused = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                        #expect(refused?.code == .poolExhausted || refused?.isConnectionLoss == true)
                        try await server.start()
                    }
                    #expect(pool.statistics.connectsFailed > 0)
                    try await Self.recovers(pool)
                    try await server.freeze()
                    let silent = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                    #expect(silent?.code == .queryDeadline)
                    try await server.thaw()
                    try await Self.recovers(pool)
                }
            }
        }
    }

    @Test func `a line falls silent, refuses, resets and comes back`() async throws {
        try await PrivatePostgres.with { server in
            try await Loops.with { loops in
                let direct = try PostgresConfiguration(server.url)
                let port = UInt16(direct.value(of: "port") ?? "") ?? 5432
                let proxy = try FaultyProxy(on: loops.first, to: SocketAddress("127.0.0.1", port: port))
                let url = "postgresql://postgres@127.0.0.1:\(proxy.port)/\(direct.database ?? "postgres")"
                try await withDatabase(on: loops.first, at: url, limits: Self.limits, configure: Self.hasty) { pool in
                    try await Self.recovers(pool)
                    try proxy.turn(.blackhole(.toClient))
                    let silent = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                    #expect(silent?.code == .queryDeadline)
                    try proxy.turn(.pass)
                    try await Self.recovers(pool)
                    try await Self.ask(pool) {
                        try proxy.turn(.reset)
                        try await loops.first.sleep(for: .milliseconds(50))
                        try proxy.turn(.pass)
                    }
                    try await Self.ask(pool) {
                        try proxy.turn(.refuse)
                        proxy.drop()
                        try await loops.first.sleep(for: .milliseconds(200))
                        try proxy.turn(.pass)
                    }
                    let unknown = await #expect(throws: PostgresError.self) {
                        try await pool.withTransaction { tx in
                            try await tx.query("SELECT pg_current_xact_id()")
                            try proxy.turn(.blackhole(.toClient))
                        }
                    }
                    #expect(unknown?.code == .commitOutcomeUnknown)
                    try proxy.turn(.pass)
                    try await Self.recovers(pool)
                }
                proxy.close()
            }
        }
    }
}
