package import HTTP
package import Loop
package import Postgres
package import Redis
import Service
import Synchronization

/// What one loop works with: its own way to Postgres, to Redis and to other people's servers. None of it ever leaves
/// the loop.
///
/// Neither server needs to be there at the start: both are tried again and again, and the health checks say how that
/// goes.
package final class Workbench: Sendable {
    package let loop: Loop
    package let postgres: PostgresPool
    package let redis: RedisClient
    package let http: HTTPClient
    let gauge: WorkbenchGauge

    /// Begins to connect to Postgres; Redis follows with `run`. Loop's thread.
    init(_ plan: WorkbenchPlan, on loop: Loop, log: Log, gauge: WorkbenchGauge) throws {
        self.loop = loop
        self.gauge = gauge
        let tellPostgres = PostgresSeen.observer(log)
        let tellRedis = RedisSeen.observer(log)
        redis = try RedisClient(plan.redis, on: loop, resolver: plan.resolver) { happening in
            tellRedis(happening)
            gauge.happened()
        }
        http = HTTPClient(loop: loop)
        postgres = PostgresPool(plan.postgres, on: loop, limits: plan.poolLimits) { happening in
            tellPostgres(happening)
            if case .connectFailed(let error, _) = happening { gauge.failed(error) }
            if case .serverSilent(let error) = happening { gauge.failed(error) }
            if case .disconnected(_, let error?) = happening { gauge.failed(error) }
            gauge.happened()
        }
        gauge.watch(self)
    }

    /// Its life as a service: it ends when the shift is over and everything is closed.
    func run(_ shift: Shift) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { [redis] in await redis.run() }
            shift.ready()
            await shift.untilOver()
            await redis.close()
        }
        await close()
    }

    /// For a bench that never ran, too. Loop's thread.
    func close() async {
        await redis.close()
        await postgres.close()
        gauge.stop()
        http.shutdown()
    }
}
