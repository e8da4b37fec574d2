import Postgres

/// What is written down of a failure: its class and a sentence, fit for any log.
package struct FailureNote: Hashable, Sendable {
    package static let lengthMax = 500

    package let kind: FailureKind
    package let errorClass: String
    package let text: String

    /// An owner began with the event and was not heard of again.
    package static let crash = FailureNote(
        .deterministic, "crash", "the process ended while it applied this event; see its log of that time")
    /// The event waits because an earlier one of its stream does.
    package static let behind = FailureNote(.deterministic, "behind", "waits behind an earlier event of its stream")

    private init(_ kind: FailureKind, _ errorClass: String, _ text: String) {
        self.kind = kind
        self.errorClass = errorClass
        self.text = text
    }

    /// Of an error that nobody vouches for only the type is told: its words may quote what somebody said.
    package init(_ error: any Error) {
        kind = FailureKind(error)
        switch error {
        case let error as PostgresError:
            errorClass = error.sqlState?.code ?? "postgres"
            text = error.description
        case let error as any ClassifiedFailure:
            errorClass = String(describing: type(of: error))
            text = String(error.description.prefix(Self.lengthMax))
        default:
            errorClass = String(describing: type(of: error))
            text = "an error of type \(errorClass)"
        }
    }
}
