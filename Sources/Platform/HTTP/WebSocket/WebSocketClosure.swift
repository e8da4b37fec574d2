/// How a WebSocket ended.
package struct WebSocketClosure: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// The peer sent a close frame first.
        case peer
        /// We closed.
        case ourselves
        /// The peer broke the protocol or a limit; the code is what we told it.
        case violation
        /// The peer was silent through too many pings.
        case unresponsive
        /// The connection went away with no closing handshake.
        case wireLost
    }

    package let cause: Cause
    package let code: WebSocketCloseCode
    /// The peer's words, or ours. At most 123 bytes; not to be trusted, not for logs.
    package let reason: String

    /// Whether somebody meant it to end.
    package var wasAgreed: Bool { cause == .peer || cause == .ourselves }
}
