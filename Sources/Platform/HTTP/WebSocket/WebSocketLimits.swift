/// How much one WebSocket may take, and how long it may wait. What happens at each limit stands beside it.
package struct WebSocketLimits: Sendable {
    /// A longer message, compressed or unpacked, ends the connection with 1009, if possible from its header alone.
    package var messageBytesMax = 1 << 20
    /// With this many messages waiting for `receive`, or this many bytes in them, reading pauses until one is taken.
    package var inboundMessagesMax = 64
    package var inboundBytesMax = 4 << 20
    /// Above this many unsent bytes `send` suspends, `sendNow` answers `.congested`, and pings go unanswered.
    package var unsentBytesMark = 256 << 10
    /// `sendNow` refuses a message that would lift the unsent bytes above this.
    package var unsentBytesMax = 8 << 20
    /// Messages in suspended `send` calls; one more is refused.
    package var sendersMax = 64
    /// A negotiated compression is used from this size on: smaller messages gain nothing.
    package var compressionBytesMin = 512
    /// How often the peer is pinged; nil for never.
    package var pingInterval: Duration? = .seconds(30)
    /// After this many pings in a row during which nothing at all was heard, the peer counts as lost.
    package var missedPongsMax = 2
    /// How long the closing handshake may take, and then the wire's closing; afterwards it is aborted.
    package var closeDeadline = Duration.seconds(5)

    package init() {}
}
