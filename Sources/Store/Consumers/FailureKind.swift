package import Postgres
import Redis

/// What an error while applying says about the events.
package enum FailureKind: Hashable, Sendable {
    /// Nothing: a server, a line, a disk, a release without its tables. The lane tries again until it works.
    case infrastructure
    /// The same events would fail again.
    case deterministic

    package init(_ error: any Error) {
        switch error {
        case let error as any ClassifiedFailure: self = error.kind
        case let error as PostgresError: self = FailureKind(error.code)
        case is RedisError, is CancellationError, is LogIsCorrupt: self = .infrastructure
        default: self = .deterministic
        }
    }

    package init(_ code: PostgresError.Code) {
        switch code {
        case .server(let state): self = FailureKind(state)
        case .connectFailed, .connectDeadline, .connectionLost, .queryDeadline, .poolExhausted, .closed, .busy,
            .commitOutcomeUnknown, .unexpectedAnswer, .invalidConfiguration, .serverSilent:
            self = .infrastructure
        case .transactionAborted, .transactionOnSharedConnection, .sessionChangeRefused, .invalidParameter,
            .invalidIdentifier, .mismatch, .rowCount:
            self = .deterministic
        }
    }

    /// Connection, authorization, resources, operators, the system, broken pages; rolled back or locked out by others; and
    /// whatever the deployment lacks: tables, columns and rights are no matter of one event, and to park for them would
    /// park everything.
    private static let infrastructureClasses: Set<String> = [
        "08", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX",
    ]

    package init(_ state: SQLState) {
        self = Self.infrastructureClasses.contains(String(state.code.prefix(2))) ? .infrastructure : .deterministic
    }

    /// What another service answered: too much, too late or broken passes, a refusal stays one.
    package init(httpStatus status: Int) {
        self = status == 408 || status == 425 || status == 429 || status >= 500 ? .infrastructure : .deterministic
    }
}

/// An error that knows what it says about the events. Its description is kept with a dead letter: it names no person's words.
package protocol ClassifiedFailure: Error, CustomStringConvertible {
    var kind: FailureKind { get }
}

/// Another service did not do what a consumer asked of it.
package struct ServiceFailure: ClassifiedFailure, Hashable {
    package enum Cause: Hashable, Sendable {
        case status(Int)
        case timeout
        case unreachable
    }

    package let service: String
    package let cause: Cause

    package init(_ service: String, _ cause: Cause) {
        self.service = service
        self.cause = cause
    }

    package var kind: FailureKind {
        if case .status(let status) = cause { FailureKind(httpStatus: status) } else { .infrastructure }
    }

    package var description: String {
        switch cause {
        case .status(let status): "\(service) answered \(status)"
        case .timeout: "\(service) did not answer in time"
        case .unreachable: "\(service) could not be reached"
        }
    }
}
