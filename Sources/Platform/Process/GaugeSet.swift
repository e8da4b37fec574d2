import Service
import Synchronization

/// Draws one opinion about Postgres and one about Redis from the gauges of all loops.
final class GaugeSet: Sendable {
    private let gauges = Mutex<[WorkbenchGauge]>([])
    private let health: HealthBoard

    init(_ health: HealthBoard) { self.health = health }

    func add(_ gauge: WorkbenchGauge) { gauges.withLock { $0.append(gauge) } }

    func changed() {
        let readings = gauges.withLock { $0 }.map(\.reading)
        health.report("postgres", Self.together(readings.map(\.postgresState)))
        health.report("redis", Self.together(readings.map(\.redisState)))
    }

    static func together(_ states: [HealthState]) -> HealthState {
        let up = states.count { $0 == .up }
        if up == states.count { return .up }
        if up > 0 { return .degraded("some loops have no connection") }
        return states.first ?? .up
    }
}
