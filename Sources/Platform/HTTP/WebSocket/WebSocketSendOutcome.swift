/// What became of a message given to `sendNow`.
package enum WebSocketSendOutcome: Hashable, Sendable {
    /// It is on its way.
    case queued
    /// It is on its way, but the peer takes more slowly than we send: the unsent bytes are above their mark.
    case congested
    /// It was dropped: the WebSocket is closed, or the unsent bytes would go beyond their limit.
    case refused
}
