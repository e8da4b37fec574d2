package import Loop

/// A plain socket in a test: sends what it is told, keeps what it receives, remembers how it ended.
package final class Peer: Watcher {
    package enum Ending: Equatable, Sendable { case end, failed(Int32) }

    package private(set) var received: [UInt8] = []
    package private(set) var ending: Ending?
    private var unsent: [UInt8] = []
    private let descriptor: Int32
    private let loop: Loop
    private let reaction: ([UInt8], Peer) -> Void

    /// Takes over a connected or connecting socket. `reaction` is told of every piece received.
    package init(
        owning descriptor: Int32, on loop: Loop, reaction: @escaping ([UInt8], Peer) -> Void = { _, _ in }
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.loop = loop
        self.reaction = reaction
        try loop.watch(descriptor, for: [.readable, .writable], self)
    }

    package convenience init(to address: SocketAddress, on loop: Loop) throws(SystemError) {
        try self.init(owning: Socket.connect(to: address), on: loop)
    }

    package func send(_ bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func endSending() { Socket.shutdownSending(descriptor) }

    package func close() {
        loop.unwatch(descriptor)
        Socket.close(descriptor)
    }

    package func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { flush() }
        if !readiness.isDisjoint(with: [.readable, .hangup, .error]) { read() }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        switch buffer.withUnsafeMutableBytes({ Socket.read(descriptor, into: $0) }) {
        case .bytes(let count):
            let piece = Array(buffer.prefix(count))
            received += piece
            reaction(piece, self)
        case .end: over(.end)
        case .failed(let code): over(.failed(code))
        case .wouldBlock: break
        }
    }

    private func over(_ ending: Ending) {
        self.ending = ending
        loop.unwatch(descriptor)
    }

    private func flush() {
        while !unsent.isEmpty, case .bytes(let count) = unsent.withUnsafeBytes({ Socket.write(descriptor, from: $0) }) {
            unsent.removeFirst(count)
        }
        if ending == nil { loop.rewatch(descriptor, for: unsent.isEmpty ? [.readable] : [.readable, .writable]) }
    }
}
