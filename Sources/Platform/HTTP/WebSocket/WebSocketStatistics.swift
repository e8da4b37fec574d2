/// What one WebSocket has counted.
package struct WebSocketStatistics: Sendable {
    package var messagesReceived: UInt64 = 0
    package var messagesSent: UInt64 = 0
    package var pingsSent: UInt64 = 0
    /// Pings of the peer left unanswered because too much was unsent.
    package var pongsSkipped: UInt64 = 0
}
