import Loop

/// One proxied connection: two sockets, and what is on its way between them.
final class ProxyLink {
    /// How much may wait on one side before the other is no longer read.
    static let waitingMax = 256 * 1024

    private enum State {
        /// → cut, closed
        case open
        /// Both sides have been told the end, and what they still send is thrown away. → closed
        case cut
        case closed
    }

    private unowned let proxy: FaultyProxy
    private var state = State.open
    private let client: ProxyEnd
    private let server: ProxyEnd
    /// What may still pass before the connection is cut.
    private var allowance: Int?

    private var loop: Loop { proxy.loop }

    init(client: Int32, server: Int32, of proxy: FaultyProxy) {
        self.proxy = proxy
        self.client = ProxyEnd(client, sends: .toServer, on: proxy.loop)
        self.server = ProxyEnd(server, sends: .toClient, on: proxy.loop)
        self.client.link = self
        self.server.link = self
    }

    // MARK: - What the proxy orders

    func modeChanged() {
        allowance = nil
        switch proxy.mode {
        case .reset: return finish { Socket.reset($0) }
        case .cut(_, let after): allowance = after
        default: break
        }
        refresh()
    }

    func close() { finish { Socket.close($0) } }

    private func finish(_ end: (Int32) -> Void) {
        guard state != .closed else { return }
        state = .closed
        for side in [client, server] {
            side.rest()
            end(side.descriptor)
            side.link = nil
        }
        proxy.ended(self)
    }

    // MARK: - What happened at an end

    func received(_ bytes: UnsafeRawBufferPointer, at end: ProxyEnd) {
        count(bytes.count, end.sends)
        if state == .cut { return }
        let other = opposite(end)
        switch proxy.mode {
        case .pass, .refuse: other.deliver(bytes, at: loop.turn)
        case .delay(let duration): other.deliver(bytes, at: loop.turn + duration)
        case .blackhole(let direction) where direction == end.sends: break
        case .blackhole: other.deliver(bytes, at: loop.turn)
        case .cut(let direction, _) where direction == end.sends:
            let left = allowance ?? 0
            other.deliver(UnsafeRawBufferPointer(rebasing: bytes.prefix(left)), at: loop.turn)
            allowance = left - min(left, bytes.count)
            if allowance == 0 { cut(end, other) }
        case .cut: other.deliver(bytes, at: loop.turn)
        case .stall, .reset: preconditionFailure("read from a line that is not read")
        }
        refresh()
    }

    func ended(at end: ProxyEnd) {
        switch proxy.mode {
        case .blackhole(let direction) where direction == end.sends: break
        case .delay(let duration): opposite(end).deliverEnd(at: loop.turn + duration)
        default: opposite(end).deliverEnd(at: loop.turn)
        }
        refresh()
    }

    /// Something may have been sent on at an end, or has been given up.
    func moved() { refresh() }

    /// Both sides see the end, the receiver behind the bytes that it was still allowed. Both are then drained until they
    /// hang up: closing a socket with unread bytes would reset it and take those last bytes away.
    private func cut(_ source: ProxyEnd, _ receiver: ProxyEnd) {
        guard state == .open else { return }
        state = .cut
        source.deliverEnd(at: loop.turn)
        receiver.deliverEnd(at: loop.turn)
    }

    private func opposite(_ end: ProxyEnd) -> ProxyEnd { end === client ? server : client }

    private func count(_ bytes: Int, _ direction: FaultyProxy.Direction) {
        switch direction {
        case .toServer: proxy.statistics.bytesFromClient += bytes
        case .toClient: proxy.statistics.bytesFromServer += bytes
        }
    }

    private func refresh() {
        if state == .closed { return }
        if client.isFinished && server.isFinished { return close() }
        if case .stall = proxy.mode {
            client.rest()
            server.rest()
        } else {
            client.listen(reading: server.waiting < Self.waitingMax)
            server.listen(reading: client.waiting < Self.waitingMax)
        }
    }
}
