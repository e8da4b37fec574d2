import Loop
import Postgres
import Process
import Service
import Store
import Wire

/// Connections of their own for questions that take their time: to a replica, where there is one. Nobody's point read stands in line
/// behind a year's figures.
final class AnalyticsPools: Sendable {
    static let check = "analytics"
    /// How long one question may take in the database.
    static let statementMax = Duration.seconds(10)
    static let connections = 2
    static let rhythm = Duration.seconds(1)

    let zones = ZoneNames()
    private let station: Station
    private let configuration: PostgresConfiguration
    /// Whether it is another server than the one that everything else is asked of.
    private let isReplica: Bool
    private let pools = Shared<[ObjectIdentifier: PostgresPool]>([:])

    init(_ station: Station, replica: Endpoint?) throws {
        self.station = station
        isReplica = replica != nil
        var configuration = station.benches[0].postgres.configuration
        if let replica {
            let isBehindPooler = configuration.isBehindPooler
            configuration = try PostgresConfiguration(replica.revealed)
            configuration.isBehindPooler = isBehindPooler
            configuration.applicationName = station.plan.identity.name
            station.health.expect(Self.check, .useful)
        }
        configuration.statementTimeout = Self.statementMax
        self.configuration = configuration
    }

    /// One for each bench, as long as the bench works.
    func run(_ shift: Shift, at bench: Workbench) async {
        var limits = PoolLimits()
        (limits.shared, limits.exclusive) = (Self.connections, 1)
        let pool = PostgresPool(configuration, on: bench.loop, limits: limits)
        pools.with { $0[ObjectIdentifier(bench)] = pool }
        shift.ready()
        await shift.withBell(on: bench.loop) { bell in
            let tells = isReplica && bench === station.benches[0]
            repeat { if tells { report(pool.statistics) } } while await bell.pause(for: Self.rhythm)
        }
        pools.with { $0[ObjectIdentifier(bench)] = nil }
        await pool.close()
    }

    private func report(_ pool: PoolStatistics) {
        let isThere = pool.connectionsOpen > 0 && !pool.isSilent
        station.health.report(Self.check, isThere ? .up : .down("the analytics replica can't be reached"))
    }

    /// On the loop of the request.
    func desk(for visit: Visit) throws -> AnalyticsDesk {
        let bench = station.bench
        guard let pool = pools.with({ $0[ObjectIdentifier(bench)] }) else { throw Problems.busy }
        return AnalyticsDesk(
            database: visit.database.through(pool), pool: pool, primary: bench.postgres, zones: zones)
    }
}
