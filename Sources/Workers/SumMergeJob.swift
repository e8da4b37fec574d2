import Jobs
import Postgres
import Store

/// Adds up what the lanes counted of times that are over.
enum SumMergeJob {
    static let name = "merge_call_sums"

    static let periodic = PeriodicJob.upkeep(name, every: .seconds(600))

    static func handler(through pool: PostgresPool) -> JobHandler {
        JobHandler(name) { _ in
            _ = try await SumMerge.run(through: pool) { Task.isCancelled }
            return .done
        }
    }
}
