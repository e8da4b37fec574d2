package import HTTP
import Postgres
import Redis
import Service

/// The one place where errors become responses. What a client may know is decided here; everything else is a 500
/// without a word about why, and a log line.
package enum Answers {
    package static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as PostgresError where isPassing(error): unavailable("database_unavailable")
        case let error as RedisError where isPassing(error): unavailable("cache_unavailable")
        default: .internalError
        }
    }

    /// Whether the same request may succeed in a moment, with nothing changed.
    private static func isPassing(_ error: PostgresError) -> Bool {
        switch error.code {
        case .poolExhausted, .connectFailed, .connectDeadline, .closed, .busy: true
        default: error.isConnectionLoss && !error.isOutcomeUnknown
        }
    }

    private static func isPassing(_ error: RedisError) -> Bool {
        switch error.code {
        case .notConnected, .overloaded, .closed: true
        default: false
        }
    }

    private static func unavailable(_ code: String) -> Problem {
        var problem = Problem(.serviceUnavailable, code, detail: "try again in a moment")
        problem.headers.set(.retryAfter, "1")
        return problem
    }
}
