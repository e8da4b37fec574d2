import Loop
import Synchronization
import TestKit
import Testing

@testable import Postgres

/// A server that is there and says nothing gives no sign of it: the pool asks.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SilenceTests {
    private static var limits: PoolLimits {
        var limits = PoolLimits()
        limits.shared = 2
        limits.exclusive = 1
        limits.probeInterval = .milliseconds(100)
        limits.probeAnswer = .milliseconds(300)
        limits.pauseMax = .milliseconds(100)
        return limits
    }

    /// A pool whose line to a private server can be made bad. Its own deadlines are so long that no test would live to
    /// see them: only the pool's limits can end a wait.
    private static func withLine(
        _ observe: @escaping PostgresObserver = { _ in }, limits: PoolLimits = limits,
        _ body: @escaping @Sendable (PostgresPool, FaultyProxy) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { server in
                let line = try FaultyProxy(on: loops.first, to: SocketAddress("127.0.0.1", port: try server.port))
                var configuration = try PostgresConfiguration(
                    "postgresql://ledgerline@127.0.0.1:\(line.port)/ledgerline")
                configuration.connectDeadline = .seconds(600)
                configuration.queryDeadline = .seconds(600)
                configuration.unansweredMax = .seconds(600)
                let pool = PostgresPool(configuration, on: loops.first, limits: limits, observe: observe)
                #expect(try await pool.withConnection { try await $0.query("SELECT 1").count } == 1)
                #expect(try await pool.query("SELECT 1").count == 1)
                try await loops.first.until("all connections") { pool.statistics.connectionsOpen == 3 }
                try await body(pool, line)
                await pool.close()
                line.close()
            }
        }
    }

    @Test func `connections that nobody uses are found half-open, and made anew when the line is back`() async throws {
        try await Self.withLine { pool, line in
            #expect(!pool.statistics.isSilent)
            try line.turn(.blackhole(.toClient))
            try await pool.loop.until("all are given up") { pool.statistics.connectionsOpen == 0 }
            #expect(pool.statistics.connectionsLost == 3)
            #expect(pool.statistics.isSilent)
            try line.turn(.pass)
            line.drop()
            #expect(try await pool.query("SELECT \(5)").one.decode(Int.self) == 5)
            #expect(!pool.statistics.isSilent)
        }
    }

    @Test func `a silent server is noticed while every connection waits for it`() async throws {
        let wasTold = Atomic(0)
        try await Self.withLine({ if case .serverSilent = $0 { wasTold.add(1, ordering: .relaxed) } }) { pool, line in
            try line.turn(.blackhole(.toClient))
            let waiting = (0..<2).map { _ in
                Task(executorPreference: pool.loop) { try await pool.query("SELECT 1").count }
            }
            let borrowed = Task(executorPreference: pool.loop) {
                try await pool.withConnection { try await $0.query("SELECT 1").count }
            }
            try await pool.loop.until("the pool has noticed") { pool.statistics.isSilent }
            #expect(wasTold.load(ordering: .relaxed) > 0)
            // Whether they are lost nobody knows yet: they are still waited for.
            #expect(pool.statistics.connectionsOpen > 0)
            try line.turn(.pass)
            line.drop()
            for task in waiting + [borrowed] { await #expect(throws: PostgresError.self) { try await task.value } }
            try await pool.loop.until("the pool answers") { !pool.statistics.isSilent }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }

    @Test func `connections grow old and are replaced, and no statement notices`() async throws {
        var limits = Self.limits
        limits.lifetimeMax = .milliseconds(150)
        limits.probeInterval = .milliseconds(20)
        limits.probeAnswer = .seconds(30)
        try await Self.withLine(limits: limits) { pool, _ in
            let before = pool.statistics.connectionsMade
            var backends: Set<Int> = []
            var borrowed: Set<Int32> = []
            while pool.statistics.connectionsMade < before + 8 || backends.count < 4 || borrowed.count < 3 {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await pool.query("SELECT pg_backend_pid()").one.decode(Int.self) }
                    }
                    for try await backend in group { backends.insert(backend) }
                }
                let (backend, count) = try await pool.withConnection { session in
                    (session.backend, try await session.query("SELECT 1").count)
                }
                #expect(count == 1)
                borrowed.insert(backend)
            }
            #expect(pool.statistics.connectionsLost == 0)
            #expect(pool.statistics.requestsRefused == 0)
        }
    }
}
