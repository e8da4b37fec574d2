import Crypto
import Loop
import Postgres
import Redis
import Store
import TestKit
import Testing

/// Workers or Redis' memory are gone for a while, and what has piled up is brought in.
@Suite(.serialized, .timeLimit(.minutes(3))) struct OutageTests {
    @Test func `all workers die, a backlog grows, and whoever comes next brings it in, in order`() async throws {
        try await ConsumersUnderTest.with { test in
            let consumer = try EffectConsumer()
            let streams = (0..<40).map { _ in UUID.v7() }
            let first = (0..<2).map { _ in test.worker(consumer) }
            let lives = first.map { worker in Task(executorPreference: test.loop) { await worker.run() } }
            try await test.loop.until("all lanes") { first.reduce(0) { $0 + $1.lanes.count } == 16 }
            for stream in streams { try await test.append(5, to: stream) }
            try await test.untilDone()
            // As after a kill: nothing is given back.
            for life in lives { life.cancel() }
            for life in lives { await life.value }
            let owned = try await test.pool.query("SELECT count(owner) FROM consumer_lanes").one.decode(Int.self)
            #expect(owned == 16)
            for _ in 0..<5 { for stream in streams { try await test.append(50, to: stream) } }
            #expect(try await test.effects() == 200)
            let next = test.worker(consumer)
            try await test.working(next) { try await test.untilDone() }
            #expect(next.statistics.eventsApplied == 10_000)
            let findings = try await test.findings()
            #expect(findings.isExact && findings.events == 10_200, "\(findings)")
        }
    }

    @Test func `Redis evicts the lanes' streams to make room, and nothing is missed`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let keys = try await StreamKeys.read(test.log.id, through: .pool(test.pool))
            func lanesInRedis() async throws -> Int {
                var count = 0
                for lane in 0..<test.log.lanes where try await !redis.entries(of: keys.key(of: lane), limit: 1).isEmpty
                {
                    count += 1
                }
                return count
            }
            let worker = test.worker(try EffectConsumer(), redis: redis)
            try await test.working(worker) {
                for _ in 0..<64 { try await test.append(5) }
                try await test.publish(on: redis)
                // Chance decides which lane a stream gets: most of them have one by now.
                let filled = try await lanesInRedis()
                #expect(filled > 8)
                // By chance: by age of use, streams that are read all the time would go last.
                _ = try await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
                _ = try await redis.command("CONFIG", "SET", "maxmemory", "16mb")
                let ballast = [UInt8](repeating: 1, count: 1 << 20)
                for number in 0..<100 { _ = try await redis.command("SET", .number(number), .bytes(ballast)) }
                #expect(try await lanesInRedis() < filled)
                for _ in 0..<64 { try await test.append(5) }
                try await test.untilDone()
                _ = try await redis.command("CONFIG", "SET", "maxmemory", "0")
                for _ in 0..<64 { try await test.append(5) }
                try await test.publish(on: redis)
                try await test.untilDone()
            }
            let findings = try await test.findings()
            #expect(findings.isExact && findings.events == 960, "\(findings)")
        }
    }

    @Test func `a replica of Redis is promoted without the tail, and the relay brings what it lacks`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await LogUnderTest.with(on: loop) { log in
                let port = "\(try FreePort.find())"
                let settings = ["--port", port, "--repl-diskless-sync-delay", "0"]
                try await PrivateRedis.with(settings, on: loop) { primary in
                    try await PrivateRedis.with(on: loop) { replica in
                        try await RelayUnderTest.with(primary.address, log) { old in
                            try await RelayUnderTest.with(replica.address, log) { new in
                                try await Self.promote(new, whichFollows: old, at: port)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func promote(_ new: RelayUnderTest, whichFollows old: RelayUnderTest, at port: String) async throws {
        for test in [old, new] {
            try await test.loop.until("Redis") { test.client.health.condition == .connected }
        }
        _ = try await new.client.command("REPLICAOF", "127.0.0.1", .text(port))
        try await old.running { _ in
            try await old.append(128)
            try await old.untilRelayed()
            try await new.untilRelayed()
            _ = try await new.client.command("REPLICAOF", "NO", "ONE")
            try await old.append(128)
            try await old.untilRelayed()
        }
        #expect(try await new.check() == 128)
        try await new.running { _ in
            try await new.untilRelayed()
            #expect(try await new.check(wholeFrom: 1) == 256)
        }
    }
}
