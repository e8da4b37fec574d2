import Crypto
import Loop
import Postgres
import Redis
import Store
import Synchronization
import TestKit
import Testing

/// A log with a table of effects beside it.
final class ConsumersUnderTest: Sendable {
    let test: LogUnderTest
    init(test: LogUnderTest) { self.test = test }
    var pool: PostgresPool { test.pool }
    var loop: Loop { test.loop }
    var log: EventLog { test.log }

    static func with(_ body: @escaping @Sendable (ConsumersUnderTest) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                try await test.pool.execute(EffectConsumer.table)
                try await body(ConsumersUnderTest(test: test))
            }
        }
    }

    /// The same with a Redis of its own, and a client of it.
    static func withRedis(_ body: @escaping @Sendable (ConsumersUnderTest, RedisClient) async throws -> Void)
        async throws
    {
        try await with { test in
            try await PrivateRedis.with(on: test.loop) { server in
                try await test.client(server) { try await body(test, $0) }
            }
        }
    }

    func client(_ server: PrivateRedis, _ body: (RedisClient) async throws -> Void) async throws {
        let settings = RedisSettings(address: try RedisAddress(server.address))
        let resolver = HostResolver(on: try Lane(name: "names"))
        try await RedisClient.with(settings, on: loop, resolver: resolver) { client in
            try await loop.until("the connection") { client.health.condition == .connected }
            try await body(client)
        }
    }

    /// Short, so that what takes seconds in life takes less here; nothing depends on how long.
    static var limits: ConsumerLimits {
        var limits = ConsumerLimits()
        limits.lease = .seconds(1)
        limits.renewEvery = .milliseconds(200)
        limits.block = .milliseconds(100)
        limits.headsEvery = .milliseconds(50)
        limits.headsEveryWithoutRedis = .milliseconds(20)
        limits.doubt = .milliseconds(50)
        limits.groupViewEvery = .milliseconds(50)
        limits.pauses.first = .milliseconds(20)
        limits.pauses.longest = .milliseconds(100)
        limits.pauses.betweenTries = .milliseconds(5)
        return limits
    }

    /// Workers at work while `body` runs, then stopped in good order.
    func working(
        _ workers: ConsumerWorker..., body: () async throws -> Void
    ) async throws {
        let lives = workers.map { worker in Task(executorPreference: loop) { await worker.run() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for worker in workers { worker.stop() }
        for life in lives { await life.value }
        try result.get()
    }

    func worker(
        _ consumer: any Consumer, redis: RedisClient? = nil, limits: ConsumerLimits = ConsumersUnderTest.limits,
        through other: PostgresPool? = nil, observe: @escaping ConsumerObserver = { _ in }
    ) -> ConsumerWorker {
        ConsumerWorker(consumer, of: log, other ?? pool, redis: redis, limits: limits, observe: observe)
    }

    /// Appends so many events to a stream, behind those that it has.
    @discardableResult
    func append(_ count: Int, to stream: UUID = .v7()) async throws -> UUID {
        var left = count
        while left > 0 {
            let some = min(left, AppendLimits.batchEventsMax)
            let verdict = try await test.appender.append(
                StoreTests.append(to: stream, at: .next, StoreTests.events(some)))
            try #require(verdict.receipt != nil)
            left -= some
        }
        return stream
    }

    // MARK: - What came of it

    struct Findings: Hashable {
        var events = 0
        var effects = 0
        var missing = 0
        var twice = 0
        var withoutEvent = 0
        var outOfOrder = 0

        /// Everything once, in order.
        var isExact: Bool { events == effects && missing + twice + withoutEvent + outOfOrder == 0 }
    }

    func findings(_ consumer: String = "effects@1") async throws -> Findings {
        let (events, effects, missing, twice, without, order) = try await pool.query(
            """
            SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM effects WHERE consumer = \(consumer)),
                (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT FROM effects f
                    WHERE f.consumer = \(consumer) AND f.lane = e.lane AND f.position = e.position)),
                (SELECT count(*) FROM (SELECT FROM effects WHERE consumer = \(consumer)
                    GROUP BY lane, position HAVING count(*) > 1) AS x),
                (SELECT count(*) FROM effects f WHERE f.consumer = \(consumer) AND NOT EXISTS (SELECT FROM events e
                    WHERE e.lane = f.lane AND e.position = f.position AND e.stream_id = f.stream_id)),
                (SELECT count(*) FROM (SELECT version, lag(version) OVER (PARTITION BY stream_id ORDER BY seq) AS before
                    FROM effects WHERE consumer = \(consumer)) AS x WHERE version <= before)
            """
        ).one.decode(Int.self, Int.self, Int.self, Int.self, Int.self, Int.self)
        return Findings(
            events: events, effects: effects, missing: missing, twice: twice, withoutEvent: without, outOfOrder: order)
    }

    func effects(_ consumer: String = "effects@1") async throws -> Int {
        try await pool.query("SELECT count(*) FROM effects WHERE consumer = \(consumer)").one.decode(Int.self)
    }

    func untilDone(_ consumer: String = "effects@1", within patience: Duration = .seconds(60)) async throws {
        try await loop.until("the end of the lag of \(consumer)", within: patience, every: .milliseconds(20)) {
            try await pool.query(
                """
                SELECT count(*) FILTER (WHERE c.position < coalesce(
                    (SELECT max(position) FROM events e WHERE e.lane = c.lane), 0)) = 0 AND count(*) > 0
                FROM consumer_lanes c WHERE consumer = \(consumer)
                """
            ).one.decode(Bool.self)
        }
    }

    /// What the relay does: every event that isn't in Redis yet, by its position.
    func publish(on redis: RedisClient) async throws {
        let keys = try await StreamKeys.read(log.id, through: .pool(pool))
        for lane in 0..<log.lanes {
            let key = keys.key(of: lane)
            let last = try await redis.entries(of: key, limit: 1_000_000).last?.id.time ?? 0
            let events = try await log.page(
                lane: lane, after: Int64(last), limit: EventLog.pageMax, through: .pool(pool))
            for event in events {
                let id = RedisStreamID(time: UInt64(event.position), number: 0)
                try await redis.add(to: key, id: .exactly(id), [.init("v", Array("\(event.version)".utf8))])
            }
        }
    }

    /// Lets the leases of a consumer run out at once.
    func expireLeases(of consumer: String = "effects@1") async throws {
        try await pool.execute(
            """
            UPDATE consumer_lanes SET lease_until = clock_timestamp() - interval '1 s'
            WHERE consumer = \(consumer) AND owner IS NOT NULL
            """)
        try await pool.execute("DELETE FROM consumer_workers WHERE consumer = \(consumer)")
    }
}

/// What workers told.
final class Told: Sendable {
    private let list = Mutex<[ConsumerHappening]>([])

    func add(_ happening: ConsumerHappening) { list.withLock { $0.append(happening) } }

    var parked: [(lane: Int16, position: Int64, note: FailureNote)] {
        list.withLock {
            $0.compactMap { if case .parked(let lane, let at, let note) = $0 { (lane, at, note) } else { nil } }
        }
    }

    var stepping: Int {
        list.withLock { $0.count { if case .took(_, _, _, let isStepping) = $0 { isStepping } else { false } } }
    }

    var replays: [Replay.Outcome] {
        list.withLock { $0.compactMap { if case .replayed(_, let outcome) = $0 { outcome } else { nil } } }
    }
}
