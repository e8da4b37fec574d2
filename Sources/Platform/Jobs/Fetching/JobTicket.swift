package import Crypto

/// One run of a job. Whatever is written about the run names all three, and has no effect once they are not the row's
/// any more: a worker that was believed dead can't undo what its successor did.
package struct JobTicket: Hashable, Sendable {
    package let id: JobID
    package let attempt: Int
    package let worker: UUID
}
