package import Postgres

/// What a worker reports as it happens, for logs. Names a job by its number and kind, never by what it is about.
package enum JobsHappening: Sendable {
    case failed(JobID, kind: String, attempt: Int, any Error, retryIn: Duration)
    case discarded(JobID, kind: String, attempt: Int)
    case cancelled(JobID, kind: String)
    case timedOut(JobID, kind: String)
    case fencedOut(JobID, kind: String)
    case handedBack(JobID, kind: String)
    /// Its end could not be written: Postgres was away for too long, or refused it.
    case unsettled(JobID, kind: String, PostgresError)
    case rescued(again: Int, forGood: Int)
    case scheduled(JobID)
    /// Postgres did not answer; the worker goes on trying.
    case postgresAway(PostgresError, doing: StaticString)
    case stopping(running: Int)
}

package typealias JobsObserver = @Sendable (JobsHappening) -> Void
