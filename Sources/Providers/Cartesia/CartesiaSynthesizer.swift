import Crypto
package import Domain
import HTTP
package import Loop

/// Cartesia's synthesis over its WebSocket, on one loop: one socket carries the utterances of many calls.
package final class CartesiaSynthesizer: Synthesizer {
    package let name = "cartesia"
    let loop: Loop
    let settings: CartesiaSettings
    private var connection: CartesiaConnection?
    private var spoken = 0
    /// So that two processes with one account do not name their utterances alike.
    private let prefix = Crypto.Randomness.bytes(6).map { String($0, radix: 16) }.joined()

    /// How many sockets were opened.
    package private(set) var connections = 0

    package init(_ settings: CartesiaSettings, on loop: Loop) { (self.settings, self.loop) = (settings, loop) }

    /// Connects now for utterances that will come.
    package func warm() { _ = current() }

    package func speak(_ request: SynthesizerRequest, deliver: @escaping (SynthesizerEvent) -> Void)
        -> any SynthesizerStream
    {
        loop.checkIsolated()
        spoken += 1
        let stream = CartesiaStream("\(prefix)-\(spoken)", current(), deliver)
        stream.connection.begin(stream, request)
        return stream
    }

    /// Lets go of the socket once its utterances are over.
    package func close() {
        connection?.retire()
        connection = nil
    }

    private func current() -> CartesiaConnection {
        if let connection, connection.isYoung { return connection }
        connection?.retire()
        connections += 1
        let fresh = CartesiaConnection(settings, on: loop)
        fresh.start()
        connection = fresh
        return fresh
    }
}
