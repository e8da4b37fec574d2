import Crypto
import Loop
import Postgres
import Redis
import Store
import Synchronization
import TestKit
import Testing

/// Everything at once, and by the processes' own login.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConsumerChurnTests {
    private static let rounds = 60

    /// A worker in a task, to be ended without a word.
    private struct Life {
        let worker: ConsumerWorker
        let task: Task<Void, Never>
    }

    @Test func `workers die, backends die and Redis forgets, and each event has its effect once`() async throws {
        let seed = Seeded.setting("LEDGERLINE_SEED") ?? UInt64.random(in: 0..<1_000_000)
        try await ConsumersUnderTest.withRedis { test, redis in
            var random = Seeded(seed)
            let consumer = try EffectConsumer()
            var configuration = test.pool.configuration
            configuration.applicationName = "consumer \(seed)"
            var limits = PoolLimits()
            limits.pauseMax = .milliseconds(50)
            let pool = PostgresPool(configuration, on: test.loop, limits: limits)
            func begin() -> Life {
                let worker = test.worker(consumer, redis: redis, through: pool)
                return Life(worker: worker, task: Task(executorPreference: test.loop) { await worker.run() })
            }
            var lives = (0..<3).map { _ in begin() }
            let streams = (0..<30).map { _ in UUID.v7() }
            var deaths = 0
            for round in 0..<Self.rounds {
                for _ in 0..<5 {
                    try await test.append(
                        Int.random(in: 1...20, using: &random), to: streams[Int.random(in: 0..<30, using: &random)])
                }
                if random.chance(70) { try await test.publish(on: redis) }
                if random.chance(40) {
                    let victim = Int.random(in: 0..<lives.count, using: &random)
                    lives[victim].task.cancel()
                    await lives[victim].task.value
                    lives[victim] = begin()
                    deaths += 1
                }
                if random.chance(10) { _ = try await redis.command("FLUSHALL") }
                if round % 6 == 5 {
                    try await test.pool.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE application_name = \(configuration.applicationName)
                        """)
                }
            }
            try await test.untilDone()
            for life in lives { life.worker.stop() }
            for life in lives { await life.task.value }
            await pool.close()
            let findings = try await test.findings()
            #expect(findings.isExact, "LEDGERLINE_SEED=\(seed): \(findings)")
            #expect(deaths > 0)
        }
    }

    @Test func `no more transactions run at once than may`() async throws {
        try await ConsumersUnderTest.with { test in
            let together = Mutex((now: 0, most: 0))
            let consumer = try EffectConsumer { [loop = test.loop] _, _ in
                together.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                try await loop.sleep(for: .milliseconds(5))
                together.withLock { $0.now -= 1 }
            }
            for _ in 0..<40 { try await test.append(1) }
            var limits = ConsumersUnderTest.limits
            limits.appliesAtOnce = 2
            limits.batchMax = 1
            limits.batchBehindMax = 1
            try await test.working(test.worker(consumer, limits: limits)) { try await test.untilDone() }
            #expect(together.withLock { $0.most } == 2)
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `the processes' login may do all of it`() async throws {
        try await ConsumersUnderTest.with { test in
            let schema = try #require(test.pool.configuration.searchPath.first)
            try await test.pool.execute("GRANT USAGE ON SCHEMA \(schema) TO ledgerline_app")
            try await test.pool.execute("GRANT SELECT, INSERT ON effects TO ledgerline_app")
            var configuration = try PostgresConfiguration(Services.processURL)
            configuration.searchPath = test.pool.configuration.searchPath
            let pool = PostgresPool(configuration, on: test.loop)
            let isMended = Flag()
            let old = try EffectConsumer { _, _ in if isMended.isRaised { throw EffectConsumer.Unreadable() } }
            let new = try EffectConsumer("effects@2")
            let stream = try await test.append(3)
            try await test.working(test.worker(old, through: pool)) { try await test.untilDone() }
            isMended.lower()
            let letters = DeadLetters(pool)
            let ruling = LetterRuling(on: stream, for: old.name, by: UUID(value: 7))
            let parked = try await letters.letters(of: .consumer(old.name))
            #expect(parked.count == 3)
            #expect(try await letters.discard([parked[0].id], ruling) == 1)
            #expect(try await letters.askForReplay(ruling))
            try await test.working(test.worker(old, through: pool)) {
                try await test.loop.until("the replay") { try await test.effects() == 2 }
            }
            try await test.working(test.worker(new, through: pool)) {
                try await test.loop.until("the new version") { try await test.effects("effects@2") == 3 }
            }
            #expect(try await Rebuild(pool).switchOver(to: new.name) == .switched(from: old.name))
            #expect(try await Rebuild(pool).forget(old.name))
            #expect(try await ConsumerLag.read(through: .pool(pool)).count == 16)
            await pool.close()
        }
    }
}
