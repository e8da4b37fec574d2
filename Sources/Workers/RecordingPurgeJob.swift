import Jobs
import Journal
import Loop
import Postgres
import Providers
import Store

/// Removes recordings that may not be kept any longer, every minute.
enum RecordingPurgeJob {
    static let name = "purge_recordings"
    static let rhythm = Duration.seconds(60)

    static let periodic = PeriodicJob.upkeep(name, every: rhythm)

    /// Without a bucket, what is in one stays there.
    static func handler(
        through pool: PostgresPool, _ settings: RecordingSettings, _ bucket: S3Bucket?, on lane: Lane
    ) -> JobHandler {
        let folder = settings.folder
        var places: [RecordingPlace: RecordingPurge.Remove] = [
            .folder: { key in try await lane.run { _ = try KeptFile.remove("\(folder)/\(key)") } }
        ]
        if let bucket { places[.bucket] = { try await bucket.remove($0) } }
        let purge = RecordingPurge(RecordingLedger(pool, nil), places)
        return JobHandler(name) { _ in
            _ = try await purge.run { Task.isCancelled }
            return .done
        }
    }
}
