import Jobs
import Postgres
import Store

/// Tells the log of recordings that will never come.
enum LostRecordingsJob {
    static let name = "give_up_recordings"
    /// A disk may come back for days: nobody hurries.
    static let rhythm = Duration.seconds(6 * 3_600)

    static let periodic = PeriodicJob.upkeep(name, every: rhythm)

    static func handler(through pool: PostgresPool) -> JobHandler {
        let lost = LostRecordings(pool, RecordingLedger(pool, nil))
        return JobHandler(name) { _ in
            _ = try await lost.run { Task.isCancelled }
            return .done
        }
    }
}
