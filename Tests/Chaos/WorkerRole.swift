import Glibc
import Loop
import Postgres
import Redis
import Store

/// A process that relays and consumes, as Workers does.
enum WorkerRole {
    static func work(on loop: Loop) async throws {
        var limits = PoolLimits()
        limits.pauseMax = .milliseconds(500)
        let pool = PostgresPool(try Surroundings.database("worker"), on: loop, limits: limits)
        let redis = try RedisClient(
            try Surroundings.redis(), on: loop, resolver: HostResolver(on: try Lane(name: "names")))
        let log = try await log(of: pool, on: loop)
        let relay = Relay(log, from: pool, to: redis) { complain("relay: \($0)") }
        var consumerLimits = ConsumerLimits()
        // Peace does not last as long as the pauses of a real night.
        consumerLimits.pauses.longest = .seconds(4)
        let consumer = ConsumerWorker(EffectsConsumer(), of: log, pool, redis: redis, limits: consumerLimits) {
            complain("consumer: \($0)")
        }
        let signals = try Signals([.terminate], on: loop) { _ in
            consumer.stop()
            relay.stop()
        }
        defer { signals.close() }
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await redis.run() }
            await withDiscardingTaskGroup { inner in
                inner.addTask(executorPreference: loop) { await relay.run() }
                inner.addTask(executorPreference: loop) { await consumer.run() }
            }
            await redis.close()
        }
        await pool.close()
    }

    /// The servers may be away when a worker begins.
    private static func log(of pool: PostgresPool, on loop: Loop) async throws -> EventLog {
        while true {
            do { return try await EventLog.read(through: .pool(pool)) } catch is PostgresError {
                try await loop.sleep(for: .milliseconds(100))
            }
        }
    }
}
