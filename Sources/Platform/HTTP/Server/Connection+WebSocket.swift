import Loop
import Wire

extension Connection: WebSocketWire {
    /// Behind the 101, which is in the output already.
    func upgrade(_ upgrade: WebSocketUpgrade) async throws {
        state = .upgraded
        shard.counters.add(to: .webSockets)
        let webSocket = WebSocket(
            .server, wire: self, subprotocol: upgrade.subprotocol,
            compression: upgrade.isCompressed ? shard.compression : nil, limits: upgrade.limits)
        self.webSocket = webSocket
        settle()
        if shard.isDraining { webSocket.drain() }
        do {
            try await upgrade.run(webSocket)
            webSocket.close()
        } catch {
            webSocket.close(.internalError)
            throw error
        }
    }

    package var loop: Loop { shard.loop }
    package var unsentBytes: Int { output.count }

    package func queue(_ append: (inout ByteQueue) -> Void) {
        append(&output)
        settleLater()
    }

    package func pauseReading() {
        isReadingPaused = true
        settleLater()
    }

    package func resumeReading() {
        isReadingPaused = false
        settleLater()
    }

    package func closeAfterFlushing() {
        if case .upgraded = state { state = .ending(thrownAway: 0) }
        settleLater()
    }

    package func abort() {
        isAborted = true
        settleLater()
    }
}
