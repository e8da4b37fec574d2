import Crypto
import Glibc
import Loop
import Postgres
import Redis
import Store
import Synchronization
import TestKit
import Testing

@testable import class Store.LaneTransaction

/// Effects in a real Postgres, by way of a real Redis, while something goes wrong: each once, in order, and to the end.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConsumerFaultTests {
    @Test func `two workers share the lanes and apply everything once`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let consumer = try EffectConsumer()
            let (left, right) = (test.worker(consumer, redis: redis), test.worker(consumer, redis: redis))
            try await test.working(left, right) {
                try await test.loop.until("both have their share") { left.lanes.count == 8 && right.lanes.count == 8 }
                for _ in 0..<20 {
                    for _ in 0..<4 { try await test.append(25) }
                    try await test.publish(on: redis)
                }
                // A busy machine may look into Postgres before it hears of anything: until Redis was the quicker one.
                var appended: Int64 = 2_000
                try await test.loop.until("Redis is heard", within: .seconds(60)) {
                    if left.statistics.eventsAppliedByRedis + right.statistics.eventsAppliedByRedis > 0 { return true }
                    try await test.append(25)
                    try await test.publish(on: redis)
                    appended += 25
                    try await test.untilDone()
                    return false
                }
                try await test.untilDone()
                #expect(Set(left.lanes).isDisjoint(with: right.lanes))
                #expect(Int64(left.statistics.eventsApplied + right.statistics.eventsApplied) == appended)
                #expect(left.statistics.leasesLost + right.statistics.leasesLost == 0)
            }
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `a newcomer gets its share, and who leaves is replaced at once`() async throws {
        try await ConsumersUnderTest.with { test in
            let consumer = try EffectConsumer()
            let told = Told()
            let (old, new) = (test.worker(consumer), test.worker(consumer, observe: { told.add($0) }))
            try await test.working(new) {
                try await test.working(old) {
                    try await test.loop.until("a fair share") { old.lanes.count == 8 && new.lanes.count == 8 }
                    try await test.append(100)
                }
                try await test.loop.until("all lanes") { new.lanes.count == 16 }
                try await test.untilDone()
            }
            #expect(told.stepping == 0)
            let (idle, owned) = try await test.pool.query(
                "SELECT sum(idle_takeovers)::bigint, count(owner) FROM consumer_lanes"
            ).one.decode(Int.self, Int.self)
            #expect(idle == 0 && owned == 0)
            #expect(try await test.pool.query("SELECT FROM consumer_workers").isEmpty)
            #expect(try await test.findings().isExact)
        }
    }

    /// What a process that was stopped for longer than its lease does when it goes on: everything with yesterday's token.
    @Test func `a worker that slept past its lease has no effect`() async throws {
        try await ConsumersUnderTest.with { test in
            let stream = try await test.append(10)
            let lane = test.log.lane(of: stream)
            let consumer = try EffectConsumer()
            let limits = ConsumersUnderTest.limits
            let first = LaneLeases(of: consumer.name, owner: .v4(), limits: limits)
            let second = LaneLeases(of: consumer.name, owner: .v4(), limits: limits)
            try await test.pool.withConnection { try await first.register(lanes: test.log.lanes, in: $0) }
            let held = try await test.pool.withConnection { try await first.take(upTo: 16, in: $0) }
            #expect(held.count == 16)
            let early = try await test.pool.withConnection { try await second.take(upTo: 16, in: $0) }
            #expect(early.isEmpty)
            try await test.expireLeases()
            let taken = try await test.pool.withConnection { try await second.take(upTo: 16, in: $0) }
            #expect(taken.count == 16)

            let stale = try #require(held.first { $0.lane == lane })
            let fresh = try #require(taken.first { $0.lane == lane })
            #expect(fresh.token == stale.token + 1)
            let zombie = LaneTransaction(
                consumer, test.log, lane: lane, token: stale.token, checkpoint: 0, limits: limits)
            let owner = LaneTransaction(
                consumer, test.log, lane: lane, token: fresh.token, checkpoint: 0, limits: limits)
            func late(_ body: (PostgresSession) async throws -> Void) async {
                await #expect(throws: LaneTransaction.LaneLost.self) { try await test.pool.withTransaction(body) }
            }
            await late { _ = try await zombie.apply(limit: 500, in: $0) { _ in } }
            await late { try await zombie.note(1, .crash, in: $0) }
            await late { try await zombie.park(.crash, attempts: 3, in: $0) }
            let outcome = try await test.pool.withTransaction { try await owner.apply(limit: 500, in: $0) { _ in } }
            #expect(outcome == .applied(through: 10, diverted: 0))
            // The right token at yesterday's checkpoint is no better.
            await late { _ = try await owner.apply(limit: 500, in: $0) { _ in } }
            #expect(
                try await test.pool.withConnection { try await first.lookUp(lane, token: stale.token, in: $0) } == nil)
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `a lease that runs out while its owner applies is not taken from it`() async throws {
        try await ConsumersUnderTest.with { test in
            let stream = try await test.append(5)
            let lane = test.log.lane(of: stream)
            let limits = ConsumersUnderTest.limits
            let plain = try EffectConsumer()
            let other = LaneLeases(of: plain.name, owner: .v4(), limits: limits)
            let slow = try EffectConsumer { [test] _, _ in
                let taken = try await test.pool.withConnection { try await other.take(upTo: 16, in: $0) }
                #expect(taken.count == 15)
                #expect(!taken.contains { $0.lane == lane })
            }
            let leases = LaneLeases(of: plain.name, owner: .v4(), limits: limits)
            try await test.pool.withConnection { try await leases.register(lanes: test.log.lanes, in: $0) }
            let held = try await test.pool.withConnection { try await leases.take(upTo: 16, in: $0) }
            let mine = try #require(held.first { $0.lane == lane })
            try await test.expireLeases()
            let transaction = LaneTransaction(
                slow, test.log, lane: lane, token: mine.token, checkpoint: 0, limits: limits)
            let outcome = try await test.pool.withTransaction {
                try await transaction.apply(limit: 500, in: $0) { _ in }
            }
            #expect(outcome == .applied(through: 5, diverted: 0))
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `what Redis forgets again and again is applied all the same`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let worker = test.worker(try EffectConsumer(), redis: redis)
            try await test.working(worker) {
                for round in 0..<12 {
                    for _ in 0..<4 { try await test.append(20) }
                    if round % 2 == 0 { try await test.publish(on: redis) }
                    if round % 3 == 0 { _ = try await redis.command("FLUSHALL") }
                }
                try await test.untilDone()
                #expect(worker.statistics.eventsAppliedByPostgres > 0)
            }
            let findings = try await test.findings()
            #expect(findings.isExact && findings.events == 960, "\(findings)")
        }
    }

    @Test func `Redis is killed and comes back empty, and the same worker goes on and reads it again`() async throws {
        try await ConsumersUnderTest.with { test in
            try await TemporaryFolder.with { folder in
                let resolver = HostResolver(on: try Lane(name: "names"))
                var settings = RedisSettings(address: try RedisAddress("unix://\(folder.path("redis.sock"))"))
                settings.backoff.longest = .milliseconds(100)
                try await RedisClient.with(settings, on: test.loop, resolver: resolver) { redis in
                    let worker = test.worker(try EffectConsumer(), redis: redis)
                    try await test.working(worker) {
                        try await PrivateRedis.with(in: folder, on: test.loop) { server in
                            try await test.loop.until("the connection") { redis.health.condition == .connected }
                            for _ in 0..<10 { try await test.append(10) }
                            try await test.publish(on: redis)
                            try await test.untilDone()
                            server.process.send(SIGKILL)
                            _ = try await server.process.exit(on: test.loop)
                        }
                        for _ in 0..<10 { try await test.append(10) }
                        try await test.untilDone()
                        #expect(worker.statistics.redisFailures > 0)
                        try await PrivateRedis.with(in: folder, on: test.loop) { _ in
                            try await test.loop.until("the connection") { redis.health.condition == .connected }
                            let before = worker.statistics.eventsAppliedByRedis
                            try await test.loop.until("work by way of Redis", within: .seconds(30)) {
                                try await test.append(1)
                                try await test.publish(on: redis)
                                try await test.loop.sleep(for: .milliseconds(20))
                                return worker.statistics.eventsAppliedByRedis > before
                            }
                            try await test.untilDone()
                        }
                    }
                }
            }
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `entries that nobody's event stands behind have no effect and stop nothing`() async throws {
        try await ConsumersUnderTest.withRedis { test, redis in
            let worker = test.worker(try EffectConsumer(), redis: redis)
            let stream = try await test.append(10)
            let key = try await StreamKeys.read(test.log.id, through: .pool(test.pool)).key(
                of: test.log.lane(of: stream))
            try await test.publish(on: redis)
            try await test.working(worker) {
                try await test.untilDone()
                // The next id, with words of its own; then one from far away, behind which no genuine one can be added.
                try await redis.add(to: key, id: .exactly(RedisStreamID(time: 11, number: 0)), [.init("e", [1])])
                try await test.loop.until("a doubt") { worker.statistics.redisDoubted > 0 }
                #expect(try await test.effects() == 10)
                try await redis.add(to: key, id: .exactly(RedisStreamID(time: 9_999_999, number: 7)), [.init("e", [1])])
                try await test.append(5, to: stream)
                try await test.untilDone()
                try await test.append(5, to: stream)
                try await test.untilDone()
            }
            let findings = try await test.findings()
            #expect(findings.isExact && findings.events == 20, "\(findings)")
        }
    }

    @Test func `a commit whose answer is lost is looked up, not repeated`() async throws {
        try await ConsumersUnderTest.with { test in
            let parts = try #require(Services.databaseURL.firstMatch(of: /:\/\/([^@]*)@[^:\/]*:([0-9]+)\/([^?]*)/))
            let server = try SocketAddress("127.0.0.1", port: #require(UInt16(parts.2)))
            let proxy = try FaultyProxy(on: test.loop, to: server)
            defer { proxy.close() }
            var through = try PostgresConfiguration("postgresql://\(parts.1)@127.0.0.1:\(proxy.port)/\(parts.3)")
            through.searchPath = test.pool.configuration.searchPath
            var poolLimits = PoolLimits()
            poolLimits.pauseMax = .milliseconds(50)
            let pool = PostgresPool(through, on: test.loop, limits: poolLimits)
            let line = Line(proxy)
            let consumer = try EffectConsumer { _, _ in try line.cutOnce() }
            let worker = test.worker(consumer, through: pool)
            let streams = (0..<4).map { _ in UUID.v7() }
            try await test.working(worker) {
                // At each byte of what the server answers behind the effect: the checkpoint's update, and the commit.
                for bytes in stride(from: 1, through: 160, by: 6) {
                    line.arm(bytes)
                    let cuts = line.cuts
                    try await test.append(3, to: streams[bytes % 4])
                    try await test.loop.until("a cut") { line.cuts > cuts }
                    try await test.loop.sleep(for: .milliseconds(20))
                    try line.mend()
                    try await test.untilDone()
                }
                #expect(worker.statistics.outcomesLookedUp > 0)
            }
            await pool.close()
            let findings = try await test.findings()
            #expect(findings.isExact, "\(findings)")
            #expect(line.cuts > 20)
        }
    }
}

/// Cuts a proxy's line once it is armed, and lets pass again soon. Used on the loop alone.
private final class Line: @unchecked Sendable {
    private let proxy: FaultyProxy
    private var armed: Int?
    private(set) var cuts = 0

    init(_ proxy: FaultyProxy) { self.proxy = proxy }

    func arm(_ bytes: Int) { armed = bytes }

    func cutOnce() throws {
        guard let bytes = armed else { return }
        armed = nil
        cuts += 1
        try proxy.turn(.cut(.toClient, after: bytes))
    }

    func mend() throws { try proxy.turn(.pass) }
}
