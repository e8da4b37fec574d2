package import Loop

/// Whatever goes wrong between a statement and its rows.
///
/// `description` is fit for any log: it names the condition, where it happened and which constraint, table or column it is
/// about, and never a value. What the server said in words may quote values (`invalid input syntax for type uuid: "…"`);
/// it is kept apart in `serverMessage`, and its `DETAIL`, which quotes rows, is not kept at all.
package struct PostgresError: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// The server refused the statement.
        case server(SQLState)
        /// The URL or the setting named can't be used.
        case invalidConfiguration(String)
        case connectFailed
        case connectDeadline
        /// The connection broke while the statement was on its way: whether it had its effect is not known.
        case connectionLost
        /// The statement took longer than it may. If it writes, whether it had its effect is not known.
        case queryDeadline
        /// Nothing was sent: every connection was busy or away, and the waiting line full or the wait too long.
        case poolExhausted
        /// Nothing was sent: the pool or connection had been closed.
        case closed
        /// The connection broke, or fell silent, between COMMIT and its answer.
        case commitOutcomeUnknown
        /// COMMIT undid everything, because a statement before it had failed and its error was swallowed.
        case transactionAborted
        /// A statement opened a transaction on a connection that many share.
        case transactionOnSharedConnection
        /// Nothing was sent: the statement would have changed a session that others use too.
        case sessionChangeRefused
        /// The server holds its connections and answers nothing on any of them.
        case serverSilent
        /// A value has no form that the server takes; the text says which kind of value.
        case invalidParameter(String)
        case invalidIdentifier
        case mismatch(PostgresMismatch)
        /// Exactly one row was asked for.
        case rowCount(Int)
        /// The server or libpq said something that has no place in the protocol.
        case unexpectedAnswer
        /// No thread for what blocks (names, cancelling), or its queue is full.
        case busy
    }

    package let code: Code
    /// `ERROR`, `FATAL` or `PANIC`.
    package internal(set) var severity: String?
    package internal(set) var constraint: String?
    package internal(set) var schema: String?
    package internal(set) var table: String?
    package internal(set) var column: String?
    /// Where the statement stands: the function that sent it.
    package internal(set) var site: String?
    /// What the server or libpq said. May quote values: not for logs.
    package internal(set) var serverMessage: String?
    package internal(set) var cause: SystemError?
    /// Why it could not connect, if that is known.
    package internal(set) var connectFault: ConnectFault?
    /// The server's function that complained, which tells conditions with one code apart.
    var routine: String?

    package init(_ code: Code) { self.code = code }

    func at(_ site: StaticString) -> PostgresError {
        var error = self
        error.site = error.site ?? site.description
        return error
    }

    package var sqlState: SQLState? { if case .server(let state) = code { state } else { nil } }

    /// Whether doing the same again, the whole transaction, may succeed without anything else changing.
    package var isRetryable: Bool {
        switch code {
        case .server(let state):
            state == .serializationFailure || state == .deadlockDetected || state == .lockNotAvailable
                || state == .tooManyConnections || isConnectionLoss
        case .connectFailed, .connectDeadline, .poolExhausted, .busy: true
        default: isConnectionLoss
        }
    }

    /// Whether the connection is gone, whoever ended it.
    package var isConnectionLoss: Bool {
        switch code {
        case .connectionLost, .commitOutcomeUnknown: true
        case .server(let state):
            state.isOf(class: "08") || state == .adminShutdown || state == .crashShutdown || state == .cannotConnectNow
                || severity == "FATAL" || severity == "PANIC"
        default: false
        }
    }

    /// Whether a statement that writes may have had its effect all the same.
    package var isOutcomeUnknown: Bool { code == .queryDeadline || (isConnectionLoss && code != .connectFailed) }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = "postgres: \(summary)"
        if let severity, severity != "ERROR" { text += " (\(severity))" }
        if let constraint { text += ", constraint \(constraint)" }
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        if let site { text += ", in \(site)" }
        if let cause { text += ", because \(cause)" }
        return text
    }

    private var summary: String {
        switch code {
        case .server(let state): "the server answered \(state)"
        case .invalidConfiguration(let what): "unusable configuration: \(what)"
        case .connectFailed: connectFault.map { "could not connect: \($0)" } ?? "could not connect"
        case .connectDeadline: "could not connect in time"
        case .connectionLost: "the connection was lost"
        case .queryDeadline: "the statement took too long"
        case .poolExhausted: "no connection became free"
        case .closed: "closed"
        case .commitOutcomeUnknown: "the connection was lost during COMMIT; its outcome is unknown"
        case .transactionAborted: "the transaction had failed and was rolled back"
        case .transactionOnSharedConnection: "a statement opened a transaction on a shared connection"
        case .sessionChangeRefused:
            "a statement would change a session that others use too: borrow a connection, or say SET LOCAL"
        case .serverSilent: "the server holds its connections and says nothing"
        case .invalidParameter(let what): "can't send \(what)"
        case .invalidIdentifier: "not a name"
        case .mismatch(let mismatch): "the column does not decode: \(mismatch)"
        case .rowCount(let count): "one row expected, \(count) came"
        case .unexpectedAnswer: "an answer that the protocol does not know"
        case .busy: "the thread for blocking calls is overloaded"
        }
    }
}

/// A large error where there is hardly ever one: as small as a reference, and as quickly copied.
final class Complaint: Sendable {
    let error: PostgresError

    init(_ error: PostgresError) { self.error = error }
}
