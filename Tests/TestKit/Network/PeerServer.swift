package import Loop

/// A server in a test that answers each piece it receives as it is told; by default with the same bytes.
package final class PeerServer: Watcher {
    package let port: UInt16
    package private(set) var peers: [Peer] = []
    private let listener: Int32
    private let loop: Loop
    private let reaction: ([UInt8], Peer) -> Void

    package init(on loop: Loop, reaction: @escaping ([UInt8], Peer) -> Void = { bytes, peer in peer.send(bytes) })
        throws(SystemError)
    {
        self.loop = loop
        self.reaction = reaction
        listener = try Socket.listen("127.0.0.1", port: 0)
        port = try Socket.localPort(listener)
        try loop.watch(listener, for: .readable, self)
    }

    package func ready(_ readiness: Readiness) {
        do throws(SystemError) {
            while let descriptor = try Socket.accept(listener) {
                peers.append(try Peer(owning: descriptor, on: loop, reaction: reaction))
            }
        } catch {
            preconditionFailure("the test's server cannot accept: \(error)")
        }
    }

    package func close() {
        for peer in peers { peer.close() }
        peers = []
        loop.unwatch(listener)
        Socket.close(listener)
    }
}
