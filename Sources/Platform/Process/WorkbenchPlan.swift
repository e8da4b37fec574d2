import Loop
import Postgres
import Redis
import Service

/// How the workbenches of a process are furnished; made once from the settings, which it can still find unusable.
struct WorkbenchPlan: Sendable {
    let postgres: PostgresConfiguration
    let poolLimits: PoolLimits
    let redis: RedisSettings
    let resolver: HostResolver

    /// The connections a process may open are shared out among its loops; each gets two at least.
    init(_ settings: CommonSettings, process: String, loopCount: Int) throws {
        var postgres = try PostgresConfiguration(settings.database.revealed)
        postgres.applicationName = process
        postgres.isBehindPooler = settings.databasePooler == .transaction
        self.postgres = postgres
        let share = max(2, settings.databaseConnections / loopCount)
        var limits = PoolLimits()
        limits.shared = min(2, share - 1)
        limits.exclusive = share - limits.shared
        poolLimits = limits
        var redis = RedisSettings(address: try RedisAddress(settings.redis.revealed))
        redis.clientName = process
        self.redis = redis
        resolver = HostResolver(on: try Lane(name: "names"))
    }
}
