/// How a WebSocket to somebody else's server is opened.
package struct WebSocketClientSettings: Sendable {
    package enum Compression: Sendable { case never, offered }

    package var headers = Headers()
    /// Offered in this order.
    package var subprotocols: [String] = []
    package var compression = Compression.never
    package var limits = WebSocketLimits()
    /// Name look-up, TCP, TLS and proxy together.
    package var connectDeadline = Duration.seconds(5)
    /// From the connection's standing to the server's agreement.
    package var upgradeDeadline = Duration.seconds(5)
    /// A longer answer to the handshake is refused.
    package var headBytesMax = 16 << 10
    package var trust = HTTPClientSettings.Trust.system
    package var addresses = AddressPolicy.any
    /// The address of a proxy; the environment's is never used.
    package var proxy: String?

    package init() {}
}
