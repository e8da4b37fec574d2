package import Crypto
package import Loop

/// The one error of this room: what went wrong, and at which command. It never holds keys, values, passwords or addresses.
package struct RedisError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Error, Hashable, Sendable {
        /// There is no connection, and the caller's patience was over.
        case notConnected
        /// As much is waiting as may wait. Nothing was sent.
        case overloaded
        /// No reply within the command's deadline. What Redis did about it is unknown.
        case deadlinePassed
        /// The connection was lost before the reply came. If the outcome is not unknown, the command never left.
        case connectionLost(outcomeUnknown: Bool)
        /// The task was cancelled. A command that was sent by then may still have been carried out.
        case cancelled
        /// Redis refused the command; nothing else is wrong.
        case refused(RedisRefusal)
        /// A reply of another shape than the command has.
        case unexpectedReply
        /// What came was no reply that we take; the connection was given up.
        case badReply(RedisReplyFault)
        /// The settings' address is none.
        case badAddress
        /// The host's name leads nowhere.
        case unresolved(HostResolver.Failure)
        case tls(TLSFailure)
        case system(SystemError)
        /// The server closed the connection.
        case closedByServer
        /// The client has been closed.
        case closed
    }

    package let code: Code
    /// The command's word, or what else was tried.
    package let attempt: String

    package init(_ code: Code, _ attempt: String) {
        self.code = code
        self.attempt = attempt
    }

    /// What Redis answered, if it refused.
    package var refusal: RedisRefusal? {
        if case .refused(let refusal) = code { return refusal }
        return nil
    }

    package var description: String { "redis \(attempt): \(code)" }
}
