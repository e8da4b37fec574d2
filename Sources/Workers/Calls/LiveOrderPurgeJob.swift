import Jobs
import Postgres
import Store

/// Takes away orders that were left for calls while Redis was away.
enum LiveOrderPurgeJob {
    static let name = "purge_call_orders"
    static let rhythm = Duration.seconds(60)

    static let periodic = PeriodicJob(name, .every(rhythm)) { _ in
        var job = NewJob(name)
        job.uniqueKey = NewJob.key(Array(name.utf8))
        job.priority = .idle
        return job
    }

    static func handler(through pool: PostgresPool) -> JobHandler {
        JobHandler(name) { _ in
            _ = try await LiveOrderPurge.run(through: pool)
            return .done
        }
    }
}
