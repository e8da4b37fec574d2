/// What goes wrong with one connection, or one request, to a simulator.
package enum SimulatedTrouble: Hashable, Sendable {
    case none
    /// The handshake, or the request, is answered with this status.
    case refused(status: UInt16, retryAfter: String? = nil)
    /// Nothing is answered for so long, not even the handshake.
    case slowOpening(Duration)
    /// The first message, or the first piece, comes so much later.
    case slowBeginning(Duration)
    /// After so many messages nothing comes any more, though the connection stands.
    case stalls(after: Int)
    /// After so many messages the connection goes.
    case disconnects(after: Int)
    /// After so many messages one comes that nobody can read.
    case malformed(after: Int)
    /// After so many messages one says that it failed, in the words of the protocol.
    case fails(after: Int, status: UInt16)
}
