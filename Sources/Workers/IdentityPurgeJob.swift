import Jobs
import Postgres
import Store

/// Takes away the API's leftovers, every hour.
enum IdentityPurgeJob {
    static let name = "purge_identity"
    static let rhythm = Duration.seconds(3_600)

    static let periodic = PeriodicJob(name, .every(rhythm)) { _ in
        var job = NewJob(name)
        // One that still runs is enough.
        job.uniqueKey = NewJob.key(Array(name.utf8))
        job.priority = .idle
        return job
    }

    static func handler(through pool: PostgresPool) -> JobHandler {
        JobHandler(name) { _ in
            _ = try await IdentityPurge.run(through: pool) { Task.isCancelled }
            return .done
        }
    }
}
