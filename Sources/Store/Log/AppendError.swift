package import Postgres

/// Why an append has no verdict.
package enum AppendError: Error, Hashable, Sendable {
    /// Too much waits already: try later, or keep it somewhere else until then.
    case logIsFull
    /// The log could not be reached in time, and nothing was sent.
    case tooLate
    /// The log did not answer in time: whether the events are stored is not known. Sending them again finds out.
    case outcomeUnknown
    /// The log is being closed, and nothing was sent.
    case closed
    /// The stream belongs to another organization.
    case anotherOrganization
    /// The log would refuse it whatever it holds; the text says what is wrong with it.
    case invalid(String)
    /// The server refuses these events, and would again.
    case refused(PostgresError.Code)
}

extension AppendError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .logIsFull: "too much waits to be appended: append less, or see why Postgres does not keep up"
        case .tooLate: "the log could not be reached in time; nothing was sent: append again"
        case .outcomeUnknown:
            "the log did not answer in time; what was sent may be stored: append the same events again"
        case .closed: "the log is closed; nothing was sent: append again elsewhere"
        case .anotherOrganization: "the stream belongs to another organization"
        case .invalid(let what): "can't be appended: \(what)"
        case .refused(let code): "the server refuses the events: \(PostgresError(code))"
        }
    }
}
