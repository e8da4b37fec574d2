import Service

/// What the room itself refuses. Its words are our own, and say what to do next.
package enum JobError: Error, Equatable, CustomStringConvertible {
    /// A job that can't be enqueued as it is.
    case invalid(StaticString)
    /// The job is not this run's any more: it was rescued, cancelled or handed back meanwhile. Let the transaction fail,
    /// so that nothing is written twice.
    case fencedOut(JobID)

    package static func == (left: JobError, right: JobError) -> Bool { left.description == right.description }

    package var description: String {
        switch self {
        case .invalid(let why): "the job was refused: \(why)"
        case .fencedOut(let id): "job \(id) belongs to another run now; what this one did must not be written"
        }
    }
}

extension JobError: Harmless {}
