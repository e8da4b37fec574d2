import Crypto
import Domain
import Loop
import Postgres
import Redis
import Store
import TestKit
import Testing
import Wire

/// The hub's limits, reached one by one.
@Suite(.timeLimit(.minutes(2)), .serialized) struct TailHubTests {
    private static let organization = OrganizationID(ConsoleUnderTest.organization)

    private static func with(
        _ test: ConsoleUnderTest, _ redis: RedisClient? = nil, _ change: (inout TailLimits) -> Void = { _ in },
        _ body: (TailHub) async throws -> Void
    ) async throws {
        var limits = TailLimits()
        limits.pauseWithoutRedis = .milliseconds(10)
        change(&limits)
        let hub = TailHub(test.pool, redis, limits: limits) { event, _, _, _ in Array(event.id.description.utf8) }
        let life = Task(executorPreference: test.loop) { await hub.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(hub)) } catch { result = .failure(error) }
        hub.stop()
        await life.value
        try result.get()
    }

    private static func follower(_ test: ConsoleUnderTest, _ filter: TailFilter = TailFilter()) -> TailFollower {
        TailFollower(organization, filter, on: test.loop)
    }

    @Test func `nobody more than the limit follows, until somebody leaves`() async throws {
        try await ConsoleUnderTest.with { test in
            try await Self.with(test, nil, { $0.followersMax = 2 }) { hub in
                let (first, second, third) = (Self.follower(test), Self.follower(test), Self.follower(test))
                try await hub.follow(first)
                try await hub.follow(second)
                #expect(!hub.hasRoom)
                await #expect(throws: TailIsFull.self) { try await hub.follow(third) }
                hub.leave(first)
                try await test.loop.until("room") { hub.hasRoom }
                try await hub.follow(third)
                #expect(hub.statistics.followers == 2)
            }
        }
    }

    @Test func `more than may wait cuts a follower and lets go of what waited; others have it all`() async throws {
        try await ConsoleUnderTest.with { test in
            try await Self.with(test, nil, { $0.waitingMax = 6 }) { hub in
                let (slow, quick) = (Self.follower(test), Self.follower(test))
                try await hub.follow(slow)
                try await hub.follow(quick)
                var had = 0
                for round in 1...3 {
                    _ = try await test.appendCall()
                    while had < 4 * round {
                        guard case .items(let items) = await quick.next(atMost: .seconds(20)) else { break }
                        had += items.count
                    }
                }
                #expect(had == 12)
                guard case .cut = await slow.next(atMost: .zero) else {
                    Issue.record("it was not cut")
                    return
                }
                #expect(hub.statistics.cut == 1 && hub.statistics.eventsRead == 12)
            }
        }
    }

    @Test func `Redis says when to look`() async throws {
        try await ConsoleUnderTest.with { test in
            let settings = RedisSettings(address: try RedisAddress(try Services.setting("REDIS_URL")))
            let resolver = HostResolver(on: try Lane(name: "names"))
            try await RedisClient.with(settings, on: test.loop, resolver: resolver) { client in
                try await test.loop.until("Redis") { client.health.condition == .connected }
                let relay = Relay(test.log, from: test.pool, to: client)
                let life = Task(executorPreference: test.loop) { await relay.run() }
                try await Self.with(test, client, { $0.pause = .seconds(3_600) }) { hub in
                    let follower = Self.follower(test)
                    try await hub.follow(follower)
                    _ = try await test.appendCall()
                    relay.nudge()
                    var had = 0
                    while had < 4, case .items(let items) = await follower.next(atMost: .seconds(30)) {
                        had += items.count
                    }
                    #expect(had == 4)
                }
                relay.stop()
                await life.value
            }
        }
    }

    @Test func `a place survives its bytes, and other bytes are no place`() throws {
        let place = LogPlace([0, 1, 127, 128, 300, 1 << 40, .max])
        #expect(LogPlace(place.bytes, lanes: 7) == place)
        #expect(LogPlace(place.bytes, lanes: 8) == nil)
        #expect(LogPlace(Array(place.bytes.dropLast()), lanes: 7) == nil)
        #expect(LogPlace(Array(repeating: 0xff, count: 12), lanes: 1) == nil)
        #expect(LogPlace([2, 5]).union(LogPlace([3, 4])) == LogPlace([3, 5]))
        #expect(LogPlace([2, 5]).intersection(LogPlace([3, 4])) == LogPlace([2, 4]))
        #expect(LogPlace([3, 5]).covers(LogPlace([3, 4])) && !LogPlace([3, 5]).covers(LogPlace([4, 0])))
    }
}
