package import Loop
package import Wire

/// What a WebSocket needs of whatever carries its bytes: a server's upgraded connection, or a client's.
///
/// The wire keeps its WebSocket alive and tells it, on the loop's thread, what happened: `received` for every run of bytes,
/// `drained` whenever `unsentBytes` has gone down, and `wireClosed` exactly once, whoever closed; after that the
/// WebSocket has let the wire go. In the other direction every call below is made on the loop's thread, and none of
/// them may call back into the WebSocket before it returns: what they cause is told in a later step of the loop.
package protocol WebSocketWire: AnyObject {
    var loop: Loop { get }

    /// Bytes queued that the kernel has not taken yet.
    var unsentBytes: Int { get }

    /// Lends the queue of outgoing bytes, to append to. The wire sends them at the latest at the end of this turn.
    func queue(_ append: (inout ByteQueue) -> Void)

    /// Stops reading from the peer, so that its sending stalls. Once too often does no harm, here and below.
    func pauseReading()
    func resumeReading()

    /// Sends what is queued, then closes. Bytes that still arrive may be thrown away.
    func closeAfterFlushing()

    /// Closes at once; what is queued is lost.
    func abort()
}
