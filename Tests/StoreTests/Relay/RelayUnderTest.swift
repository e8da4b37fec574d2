import Crypto
import Loop
import Postgres
import Redis
import Service
import Synchronization
import TestKit

@testable import Store

/// A fresh log, a Redis of its own, and relays between them.
struct RelayUnderTest: Sendable {
    let log: LogUnderTest
    let client: RedisClient
    let told: Told
    let keys: StreamKeys

    var loop: Loop { log.loop }

    final class Told: Sendable {
        private let list = Mutex<[RelayHappening]>([])

        func add(_ happening: RelayHappening) { list.withLock { $0.append(happening) } }
        var all: [RelayHappening] { list.withLock { $0 } }
        func count(_ matches: (RelayHappening) -> Bool) -> Int { all.count(where: matches) }
    }

    /// `address` is the Redis that relays fill.
    static func with(_ address: String, _ log: LogUnderTest, _ body: (RelayUnderTest) async throws -> Void) async throws
    {
        // The consumers' migration may come later than the relay.
        try await log.pool.execute(
            """
            CREATE TABLE IF NOT EXISTS consumer_lanes (
                consumer text, lane smallint, position bigint NOT NULL DEFAULT 0, is_retired boolean NOT NULL DEFAULT false,
                follows text, PRIMARY KEY (consumer, lane))
            """)
        var settings = RedisSettings(address: try RedisAddress(address))
        settings.backoff.first = .milliseconds(10)
        settings.backoff.longest = .milliseconds(100)
        settings.call.deadline = .seconds(3)
        let resolver = HostResolver(on: try Lane(name: "names"))
        let keys = try await StreamKeys.read(log.log.id, through: .pool(log.pool))
        try await RedisClient.with(settings, on: log.loop, resolver: resolver) { client in
            try await body(RelayUnderTest(log: log, client: client, told: Told(), keys: keys))
        }
    }

    /// Runs relays beside `body`.
    func running<Value>(
        _ count: Int = 1, _ change: (inout RelayLimits) -> Void = { _ in }, _ body: ([Relay]) async throws -> Value
    ) async throws -> Value {
        var limits = RelayLimits()
        limits.pauseWhenIdle = .milliseconds(10)
        limits.pauseWhenBusy = .milliseconds(5)
        limits.lookEvery = .milliseconds(20)
        limits.trimEvery = .milliseconds(20)
        change(&limits)
        let relays = (0..<count).map { _ in relay(limits) }
        let tasks = relays.map { relay in Task(executorPreference: loop) { await relay.run() } }
        let result: Result<Value, any Error>
        do { result = .success(try await body(relays)) } catch { result = .failure(error) }
        for relay in relays { relay.stop() }
        for task in tasks { await task.value }
        return try result.get()
    }

    func relay(_ limits: RelayLimits = RelayLimits()) -> Relay {
        Relay(log.log, from: log.pool, to: client, limits: limits) { [told] in told.add($0) }
    }

    // MARK: - Postgres

    /// Appends to streams of all lanes, so that each has some.
    func append(_ count: Int, to streams: Int = 64) async throws {
        let each = max(1, count / streams)
        _ = try await log.together(
            (0..<count / each).map { _ in StoreTests.append(to: .v7(), at: .version(1), events(each)) })
    }

    /// Appends to one lane alone.
    func append(_ count: Int, lane: Int16) async throws {
        var left = count
        while left > 0 {
            var stream = UUID.v7()
            while log.log.lane(of: stream) != lane { stream = .v7() }
            let size = min(left, 500)
            _ = try await log.together([StoreTests.append(to: stream, at: .version(1), events(size))])
            left -= size
        }
    }

    func heads() async throws -> [Int64] { try await log.log.heads(through: .pool(log.pool)) }

    func checkpoint(_ position: Int64, of consumer: String = "calls@1", lane: Int16) async throws {
        try await log.pool.execute(
            """
            INSERT INTO consumer_lanes (consumer, lane, position) VALUES (\(consumer), \(lane), \(position))
            ON CONFLICT (consumer, lane) DO UPDATE SET position = excluded.position
            """)
    }

    // MARK: - Redis

    func key(_ lane: Int16) -> String { keys.key(of: lane) }

    /// The positions in a lane's stream.
    func positions(_ lane: Int16) async throws -> [UInt64] {
        try await client.entries(of: key(lane), limit: 100_000).map(\.id.time)
    }

    func untilRelayed(after lanes: [Int16]? = nil) async throws {
        try await loop.until("all lanes' heads in Redis", within: .seconds(20)) {
            for (lane, head) in try await heads().enumerated() where lanes?.contains(Int16(lane)) ?? (head > 0) {
                guard let info = try? await client.streamInfo(key(Int16(lane))), info.lastID.time == UInt64(head) else {
                    return false
                }
            }
            return true
        }
    }

    /// Every entry names the event that has its position; from `start` on, none is missing. Answers how many there are.
    @discardableResult
    func check(wholeFrom start: Int64? = nil) async throws -> Int {
        let everything = try await log.everything()
        var count = 0
        for lane in 0..<log.log.lanes {
            let events = everything.filter { $0.lane == lane }
            let entries = try await client.entries(of: key(lane), limit: 100_000)
            for entry in entries {
                let event = events[Int(entry.id.time) - 1]
                let expected = [
                    "s": event.stream.description, "v": "\(event.version)", "e": event.id.description, "t": event.type,
                ]
                let fields = Dictionary(
                    uniqueKeysWithValues: entry.fields.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) })
                guard fields == expected, entry.id.number == 0, event.position == Int64(entry.id.time) else {
                    throw WrongEntry(lane: lane, id: entry.id)
                }
            }
            if let start, entries.map(\.id.time) != events.map({ UInt64($0.position) }).filter({ $0 >= UInt64(start) })
            {
                throw WrongEntry(lane: lane, id: entries.first?.id ?? .first)
            }
            count += entries.count
        }
        return count
    }

    struct WrongEntry: Error {
        let lane: Int16
        let id: RedisStreamID
    }
}

/// Runs `body` on a fresh log and a fresh Redis.
func withRelay(_ arguments: [String] = [], _ body: @escaping @Sendable (RelayUnderTest) async throws -> Void)
    async throws
{
    try await Loops.with { loops in
        try await LogUnderTest.with(on: loops.first) { log in
            try await PrivateRedis.with(arguments, on: loops.first) { server in
                try await RelayUnderTest.with(server.address, log) { relay in
                    try await relay.loop.until("Redis") { relay.client.health.condition == .connected }
                    try await body(relay)
                }
            }
        }
    }
}
