import Crypto
import Domain
import Loop
import Postgres
import Redis
import TestKit
import Testing

@testable import Store

/// Orders for live calls, between one who gives them and a loop that carries the calls.
@Suite(.timeLimit(.minutes(2)), .serialized) struct LiveDeskTests {
    /// What reached the calls. On the test's loop alone, which is why `@unchecked` holds.
    private final class Carried: @unchecked Sendable {
        var orders: [LiveOrder] = []
        var calls: Set<CallID> = []
    }

    private struct Scene {
        let redis: RedisClient
        let pool: PostgresPool
        let desk: LiveDesk
        let carried: Carried
        let database: TenantDatabase
        let call: CallID

        func begin() async throws {
            carried.calls.insert(call)
            desk.began(call)
            try await redis.loop.until("the lease") { try await redis.get(LiveKey.lease(call)) != nil }
        }
    }

    private static func with(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await withEmptyDatabase(on: loop) { url in
                try await Migrator(PostgresConfiguration(url), on: loop, folder: Services.repository + "/Migrations")
                    .apply()
                try await withPool(at: url, on: loop) { pool in
                    let settings = RedisSettings(address: try RedisAddress(Services.setting("REDIS_URL")))
                    let resolver = HostResolver(on: try Lane(name: "names"))
                    try await RedisClient.with(settings, on: loop, resolver: resolver) { redis in
                        try await loop.until("Redis") { redis.health.condition == .connected }
                        let log = try await EventLog.read(through: .pool(pool))
                        let carried = Carried()
                        let desk = LiveDesk(redis, pool) { call, order in
                            guard carried.calls.contains(call) else { return nil }
                            carried.orders.append(order)
                            return .listening
                        }
                        let life = Task(executorPreference: loop) { await desk.run() }
                        let scene = Scene(
                            redis: redis, pool: pool, desk: desk, carried: carried,
                            database: TenantDatabase(OrganizationID(UUID.v7()), in: pool, log: log),
                            call: CallID(UUID.v7()))
                        let result: Result<Void, any Error>
                        do { result = .success(try await body(scene)) } catch { result = .failure(error) }
                        life.cancel()
                        await life.value
                        try result.get()
                    }
                }
            }
        }
    }

    private static let orders: [LiveOrder] =
        [
            Control.interrupt, .cancel, .emergencyStop, .say(Private("a"), isInterruptible: true),
            .say(Private("b"), isInterruptible: false), .inject(Private("c"), replies: true),
            .inject(Private("d"), replies: false), .mute, .unmute, .sendKeys(Private("12#")),
            .transfer(target: Private("+15550100003"), .attended), .hangUp,
        ].map { .control($0) } + [
            .news([
                .machineDetected(MachineDetected(verdict: .machine)),
                .transferEnded(
                    TransferEnded(
                        transfer: TransferID(value: 7), target: Private("+15550100003"), mode: .blind, reason: .busy)),
            ])
        ]

    @Test func `every order arrives as it was given`() throws {
        for order in Self.orders {
            let parcel = LiveParcel(order, to: CallID(UUID.v7()), wantsAnswer: true)
            #expect(LiveParcel(try parcel.bytes()) == parcel)
        }
        #expect(LiveParcel(Array("{}".utf8)) == nil)
    }

    @Test func `an order reaches the call that is live, and no other`() async throws {
        try await Self.with { scene in
            let live = LiveCalls(scene.redis)
            #expect(try await live.give(.interrupt, to: scene.call, of: scene.database) == .notLive)
            try await scene.begin()
            #expect(try await live.give(.interrupt, to: scene.call, of: scene.database) == .taken(.listening))
            try await live.tell([.callAnswered(CallAnswered())], to: scene.call, of: scene.database)
            try await scene.redis.loop.until("the news") { scene.carried.orders.count == 2 }
            // It has ended here; its lease has not run out yet.
            scene.carried.calls = []
            #expect(try await live.give(.interrupt, to: scene.call, of: scene.database) == .notLive)
            #expect(scene.carried.orders.count == 2)
        }
    }

    @Test func `a call that is let go is nobody's at once, and another one's lease stays`() async throws {
        try await Self.with { scene in
            let live = LiveCalls(scene.redis)
            try await scene.begin()
            #expect(try await live.isCarried(scene.call))
            await scene.desk.letGo([scene.call])
            #expect(try await !live.isCarried(scene.call))
            try await scene.redis.set(LiveKey.lease(scene.call), to: Array("another".utf8))
            await scene.desk.letGo([scene.call])
            #expect(try await live.isCarried(scene.call))
        }
    }

    @Test func `an order that comes on two ways has its effect once, as long as it is remembered`() async throws {
        try await Self.with { scene in
            try await scene.begin()
            let lease = try #require(try await scene.redis.get(LiveKey.lease(scene.call)))
            let key = LiveKey.orders(String(decoding: lease, as: UTF8.self))
            func push(_ parcel: LiveParcel) async throws {
                _ = try await scene.redis.command("RPUSH", .text(key), .bytes(try parcel.bytes()))
            }
            let first = LiveParcel(.control(.mute), to: scene.call, wantsAnswer: false)
            try await push(first)
            _ = try await scene.database.query(
                """
                INSERT INTO call_orders (order_id, organization_id, call_id, parcel)
                VALUES (\(first.id), \(scene.database.organization.uuid), \(scene.call.uuid), \(JSON(first.bytes())))
                """)
            try await scene.redis.loop.until("the table's answer") {
                try await scene.pool.query("SELECT count(*) FROM call_orders WHERE answer IS NOT NULL").one.decode(
                    Int.self) == 1
            }
            #expect(scene.carried.orders == [.control(.mute)])
            for _ in 0..<LiveDesk.answersMax {
                try await push(LiveParcel(.control(.cancel), to: scene.call, wantsAnswer: false))
            }
            try await push(first)
            try await scene.redis.loop.until("the first one again") {
                scene.carried.orders.count == LiveDesk.answersMax + 2
            }
            #expect(scene.carried.orders.last == .control(.mute))
        }
    }

    @Test func `what is too old in the table is nobody's order, and is purged`() async throws {
        try await Self.with { scene in
            try await scene.begin()
            for (age, word) in [(Duration.seconds(11), Control.cancel), (.seconds(61), .mute), (.zero, .unmute)] {
                let parcel = LiveParcel(.control(word), to: scene.call, wantsAnswer: true)
                try await scene.pool.execute(
                    """
                    INSERT INTO call_orders (order_id, organization_id, call_id, parcel, created_at)
                    VALUES (\(parcel.id), \(scene.database.organization.uuid), \(scene.call.uuid),
                        \(JSON(parcel.bytes())), clock_timestamp() - \(age))
                    """)
            }
            try await scene.redis.loop.until("the fresh one") { !scene.carried.orders.isEmpty }
            #expect(scene.carried.orders == [.control(.unmute)])
            #expect(try await LiveOrderPurge.run(through: scene.pool) == 1)
        }
    }

    @Test func `a ring is heard, also one from before`() async throws {
        try await Self.with { scene in
            let bell = ErrandBell(scene.redis)
            await bell.ring()
            let heard = Carried()
            let ear = Task(executorPreference: scene.redis.loop) {
                await bell.listen { heard.orders.append(.control(.cancel)) }
            }
            try await scene.redis.loop.until("the ring from before") { !heard.orders.isEmpty }
            let before = heard.orders.count
            await bell.ring()
            try await scene.redis.loop.until("the next one") { heard.orders.count > before }
            ear.cancel()
            await ear.value
        }
    }
}
