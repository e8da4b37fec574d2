import Jobs
import Postgres
import Store

/// Takes away the API's leftovers, every hour.
enum IdentityPurgeJob {
    static let name = "purge_identity"
    static let rhythm = Duration.seconds(3_600)

    static let periodic = PeriodicJob.upkeep(name, every: rhythm)

    static func handler(through pool: PostgresPool) -> JobHandler {
        JobHandler(name) { _ in
            _ = try await IdentityPurge.run(through: pool) { Task.isCancelled }
            return .done
        }
    }
}
