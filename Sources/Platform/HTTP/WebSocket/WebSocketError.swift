/// What went wrong for somebody who sends or receives on a WebSocket.
package struct WebSocketError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// It is closed, or being closed: nothing more can be sent.
        case closed
        /// It ended otherwise than by a close frame or our own `close`.
        case lost(WebSocketClosure.Cause)
        /// Nothing arrived within the time the receiver gave.
        case stalled
        /// More sends are suspended already than the limits allow.
        case tooManySenders
    }

    package let code: Code

    init(_ code: Code) { self.code = code }

    package var description: String {
        switch code {
        case .closed: "the WebSocket is closed"
        case .lost(let cause): "the WebSocket was lost (\(cause))"
        case .stalled: "the WebSocket's peer sent nothing in time"
        case .tooManySenders: "too many sends wait on the WebSocket"
        }
    }
}
