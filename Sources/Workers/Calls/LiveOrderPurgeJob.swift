import Jobs
import Postgres
import Store

/// Takes away orders that were left for calls while Redis was away.
enum LiveOrderPurgeJob {
    static let name = "purge_call_orders"
    static let rhythm = Duration.seconds(60)

    static let periodic = PeriodicJob.upkeep(name, every: rhythm)

    static func handler(through pool: PostgresPool) -> JobHandler {
        JobHandler(name) { _ in
            _ = try await LiveOrderPurge.run(through: pool)
            return .done
        }
    }
}
