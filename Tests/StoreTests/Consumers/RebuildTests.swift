import Crypto
import Loop
import Postgres
import Redis
import Service
import Store
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct RebuildTests {
    private static func name(_ text: String) throws -> ConsumerName { try #require(ConsumerName(text)) }

    @Test func `a new version is built beside the live one, muted, and goes on where that one stops`() async throws {
        try await ConsumersUnderTest.with { test in
            let (old, new) = (try EffectConsumer("effects@1"), try EffectConsumer("effects@2"))
            let rebuild = Rebuild(test.pool)
            let streams = (0..<6).map { _ in UUID.v7() }
            for stream in streams { try await test.append(100, to: stream) }
            #expect(try await rebuild.switchOver(to: new.name) == .isNotBuilt)
            let (first, second) = (test.worker(old), test.worker(new))
            try await test.working(first) {
                try await test.untilDone()
                #expect(try await rebuild.liveVersion(of: "effects", through: .pool(test.pool)) == old.name)
                #expect(try await rebuild.switchOver(to: old.name) == .isLiveAlready)
                #expect(try await rebuild.switchOver(to: new.name) == .isNotBuilt)
                try await test.working(second) {
                    for stream in streams { try await test.append(20, to: stream) }
                    try await test.untilDone("effects@2")
                    let progress = try await rebuild.progress(of: new.name)
                    #expect(progress.goal == 720 && progress.done == 720 && progress.lag == 0 && !progress.isLive)
                    #expect(progress.lanes.count == 16)

                    struct Differs: Error {}
                    await #expect(throws: Differs.self) {
                        _ = try await rebuild.switchOver(to: new.name) { _ in throw Differs() }
                    }
                    #expect(try await rebuild.liveVersion(of: "effects", through: .pool(test.pool)) == old.name)
                    // While events go on coming.
                    var verdict = Rebuild.Verdict.isNotBuilt
                    try await test.loop.until("the switch") {
                        try await test.append(1, to: streams[0])
                        verdict = try await rebuild.switchOver(to: new.name, lagMax: 3)
                        return verdict == .switched(from: old.name)
                    }
                    for stream in streams { try await test.append(10, to: stream) }
                    try await test.untilDone("effects@2")
                    try await test.loop.until("the old version's rest") { first.lanes.isEmpty }
                }
            }
            #expect(try await rebuild.liveVersion(of: "effects", through: .pool(test.pool)) == new.name)
            #expect(try await rebuild.progress(of: new.name).isLive)
            let findings = try await test.findings("effects@2")
            #expect(findings.isExact, "\(findings)")
            // What reaches beyond the tables: each event of it by exactly one of the two.
            let (due, twice) = try await test.pool.query(
                """
                SELECT count(*), count(*) - count(DISTINCT (lane, position)) FROM effects WHERE NOT is_muted
                """
            ).one.decode(Int.self, Int.self)
            #expect(due == findings.events && twice == 0)
            #expect(try await !rebuild.forget(new.name))
            #expect(try await rebuild.forget(old.name))
            #expect(try await rebuild.progress(of: old.name).lanes.isEmpty)
        }
    }

    @Test func `a version that is behind is not switched to, and one that died in the middle goes on`() async throws {
        try await ConsumersUnderTest.with { test in
            let (old, new) = (try EffectConsumer("effects@1"), try EffectConsumer("effects@2"))
            let stream = try await test.append(3_000)
            try await test.working(test.worker(old)) { try await test.untilDone() }
            var limits = ConsumersUnderTest.limits
            limits.rebuildPage = 100
            let first = test.worker(new, limits: limits)
            let life = Task(executorPreference: test.loop) { await first.run() }
            try await test.loop.until("some pages") { try await test.effects("effects@2") >= 300 }
            life.cancel()
            await life.value
            let done = try await test.effects("effects@2")
            let rebuild = Rebuild(test.pool)
            let progress = try await rebuild.progress(of: new.name)
            #expect(progress.done == done && progress.goal == 3_000)
            if done < 3_000 {
                #expect(try await rebuild.switchOver(to: new.name) == .isBehind(Int64(3_000 - done)))
            }
            try await test.expireLeases(of: "effects@2")
            // What the live version has not done yet the new one does not do either.
            try await test.append(5, to: stream)
            try await test.working(test.worker(new)) {
                try await test.loop.until("the old version's place") { try await test.effects("effects@2") == 3_000 }
                #expect(try await rebuild.switchOver(to: new.name) == .switched(from: old.name))
                try await test.untilDone("effects@2")
            }
            #expect(try await test.findings("effects@2").isExact)
            let due = try await test.pool.query(
                "SELECT count(*) FROM effects WHERE consumer = 'effects@2' AND NOT is_muted"
            ).one.decode(Int.self)
            #expect(due == 5)
        }
    }

    @Test func `a nudge is enough, without Redis and before anybody looks`() async throws {
        try await ConsumersUnderTest.with { test in
            var limits = ConsumersUnderTest.limits
            limits.headsEvery = .seconds(600)
            limits.headsEveryWithoutRedis = .seconds(600)
            limits.renewEvery = .milliseconds(100)
            let worker = test.worker(try EffectConsumer(), limits: limits)
            try await test.working(worker) {
                try await test.loop.until("all lanes") { worker.lanes.count == 16 }
                let stream = try await test.append(750)
                worker.nudge(test.log.lane(of: stream))
                try await test.untilDone()
                try await test.append(3, to: stream)
                worker.nudge()
                try await test.untilDone()
            }
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `Redis' own tools see how far a consumer is`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let worker = test.worker(try EffectConsumer(), redis: redis)
            let stream = try await test.append(30)
            try await test.publish(on: redis)
            let keys = try await StreamKeys.read(test.log.id, through: .pool(test.pool))
            let key = keys.key(of: test.log.lane(of: stream))
            try await test.working(worker) {
                try await test.untilDone()
                try await test.loop.until("the group at the checkpoint") {
                    guard try await redis.streamInfo(key).groups == 1 else { return false }
                    return try await redis.groups(of: key)[0].lastDelivered.time == 30
                }
                let group = try await redis.groups(of: key)[0]
                #expect(group.name == "effects@1" && group.pending == 0 && group.lag == 0)
            }
            // Nobody works now, and the lag shows.
            try await test.append(4, to: stream)
            try await test.publish(on: redis)
            #expect(try await redis.groups(of: key)[0].lag == 4)
            // Streams that aren't there are not made: the relay would take them for its own.
            #expect(
                try await redis.command("EXISTS", .text(keys.key(of: (test.log.lane(of: stream) + 1) % 16))).integer
                    == 0)
        }
    }

    @Test func `an operator sees lag, parked streams and where the work comes from`() async throws {
        try await ConsumersUnderTest.with { test in
            let consumer = try EffectConsumer { _, _ in throw EffectConsumer.Unreadable() }
            let worker = test.worker(consumer)
            let stream = try await test.append(2)
            try await test.working(worker) { try await test.untilDone() }
            let other = try await test.append(3)
            let lags = try await ConsumerLag.read(through: .pool(test.pool))
            #expect(lags.count == 16 && lags.reduce(0) { $0 + $1.events } == 3)
            let behind = try #require(lags.first { $0.events > 0 })
            #expect(behind.lane == test.log.lane(of: other) && behind.seconds > 0 && !behind.hasOwner)
            #expect(stream != other)
            let registry = Metrics()
            let statistics = worker.statistics
            registry.collect { scrape in ConsumerSeries.collect(statistics, of: consumer.name, &scrape) }
            let parked = try await ParkedCount.read(through: .pool(test.pool))
            registry.collect { scrape in ConsumerSeries.collect(lags, parked, &scrape) }
            let text = registry.exposition
            for line in [
                #"consumer_events_parked_total{consumer="effects@1"} 1"#,
                #"consumer_dead_letters{consumer="effects@1"} 2"#,
                #"consumer_parked_streams{consumer="effects@1"} 1"#,
            ] { #expect(text.contains(line), "\(text)") }
        }
    }
}
