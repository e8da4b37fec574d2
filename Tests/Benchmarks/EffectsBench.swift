import Loop
import Postgres
import Redis
import Store

extension AppendBench {
    /// How long after its hour the effect of each event is seen committed, by somebody who looks at the checkpoints every
    /// millisecond. The appender has a loop, relay and consumer have another; each answer of the log nudges the relay.
    func effects(perSecond: Int, seconds: Int) throws -> Waits {
        try prepare()
        let configuration = try configuration()
        let address = try RedisAddress(StoreContests.address("REDIS_URL"))
        return try Loops.run(2, name: "events") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            try await pool.execute("CREATE TABLE effects (lane smallint, position bigint, type text)")
            let log = try await EventLog.read(through: .pool(pool))
            let resolver = HostResolver(on: try Lane(name: "names"))
            let waits = try await RedisClient.with(
                RedisSettings(address: address), on: loops.first, resolver: resolver
            ) { client in
                let relay = Relay(log, from: pool, to: client)
                let worker = ConsumerWorker(EffectsConsumer(), of: log, pool, redis: client)
                let relaying = Task(executorPreference: loops.first) { await relay.run() }
                let working = Task(executorPreference: loops.first) { await worker.run() }
                let writing = Task(executorPreference: loops.all[1]) {
                    try await Self.watch(perSecond, seconds, configuration, on: loops.all[1], log, relay)
                }
                let result = await writing.result
                relay.stop()
                worker.stop()
                await relaying.value
                await working.value
                let keys = try await StreamKeys.read(log.id, through: .pool(pool))
                for lane in 0..<log.lanes { try await client.delete(keys.key(of: lane)) }
                return try result.get()
            }
            await pool.close()
            return waits
        }
    }

    private static func watch(
        _ perSecond: Int, _ seconds: Int, _ configuration: PostgresConfiguration, on loop: Loop, _ log: EventLog,
        _ relay: Relay
    ) async throws -> Waits {
        let seen = SeenEffects(lanes: Int(log.lanes))
        let pool = PostgresPool(configuration, on: loop)
        let looking = Task(executorPreference: loop) {
            while !Task.isCancelled {
                try await seen.look(through: pool)
                try await loop.sleep(for: .milliseconds(1))
            }
        }
        _ = try await withAppender(configuration, on: loop) { appender, loop in
            // The first event has shown that all are at work.
            while seen.isNew { try await loop.sleep(for: .milliseconds(1)) }
            let load = OfferedLoad(perSecond: perSecond, on: loop)
            try await load.offer(perSecond * seconds, to: appender) { hour, result in
                guard case .success(.appended(let receipt)) = result else {
                    seen.waits.failed += 1
                    return
                }
                seen.stored(receipt, since: hour)
                relay.nudge()
            }
            while seen.waits.count + seen.waits.failed < perSecond * seconds {
                try await loop.sleep(for: .milliseconds(1))
            }
            return seen.waits.figure
        }
        looking.cancel()
        _ = await looking.result
        await pool.close()
        guard seen.waits.failed == 0 else { throw Trouble("\(seen.waits.failed) appends failed") }
        return seen.waits
    }
}

/// Whose effect is a row for each event.
private struct EffectsConsumer: Consumer {
    let name = ConsumerName("effects", version: 1) ?? CallsConsumer().name

    func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await session.query(
            """
            INSERT INTO effects
            SELECT * FROM unnest(\(events.map(\.lane)), \(events.map(\.position)), \(events.map(\.type)))
            """)
    }
}

/// Which events wait for their effect; on one loop alone, which is why `@unchecked` holds.
private final class SeenEffects: @unchecked Sendable {
    let waits = Waits()
    private var checkpoints: [Int64]
    private var pending: [[(position: Int64, hour: Moment)]]

    init(lanes: Int) {
        checkpoints = Array(repeating: 0, count: lanes)
        pending = Array(repeating: [], count: lanes)
    }

    /// Nothing has been committed yet.
    var isNew: Bool { checkpoints.allSatisfy { $0 == 0 } }

    func stored(_ receipt: AppendReceipt, since hour: Moment) {
        let (lane, position) = (Int(receipt.lane), receipt.positions.upperBound)
        if position <= checkpoints[lane] {
            waits.add(Moment.now - hour)
        } else {
            pending[lane].append((position, hour))
        }
    }

    func look(through pool: PostgresPool) async throws {
        let rows = try await pool.query("SELECT lane, position FROM consumer_lanes WHERE consumer = 'effects@1'")
        let now = Moment.now
        for row in rows {
            let (lane, position) = try row.decode(Int16.self, Int64.self)
            checkpoints[Int(lane)] = position
            let waiting = pending[Int(lane)]
            for event in waiting where event.position <= position { waits.add(now - event.hour) }
            pending[Int(lane)] = waiting.filter { $0.position > position }
        }
    }
}
