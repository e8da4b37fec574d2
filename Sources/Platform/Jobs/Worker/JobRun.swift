import Crypto
package import Postgres
import Wire

/// One run of a job, in the hands of its handler.
package final class JobRun: @unchecked Sendable {
    // Lives on the worker's loop: that is why `@unchecked` holds.
    package let job: FetchedJob
    /// The handler wrote the end of the job into a transaction of its own.
    private(set) var wasCompleted = false
    /// It tried to, and the job was not its own any more.
    private(set) var wasFencedOut = false

    init(_ job: FetchedJob) { self.job = job }

    /// Writes the end of the job into the transaction that holds its result: both are there, or neither.
    ///
    /// Throws `fencedOut` when the job belongs to another run by now. Let it through: it undoes the result.
    package func complete(in transaction: PostgresSession) async throws {
        let rows = try await transaction.query(JobSQL.complete([job.ticket], of: job.ticket.worker))
        guard rows.affected == 1 else {
            wasFencedOut = true
            throw JobError.fencedOut(job.id)
        }
        wasCompleted = true
    }

    /// For providers that recognise a request they have seen: the same for every attempt at this job, and for every job
    /// of its kind with its unique key.
    package var idempotencyKey: String {
        let own = job.uniqueKey ?? Array("\(job.id)".utf8)
        return Hex.encode(NewJob.key(Array(job.kind.utf8), own).span)
    }
}
