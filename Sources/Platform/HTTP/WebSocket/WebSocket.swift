import Glibc
package import Loop
import Wire

/// One WebSocket, of either side: the shell around the codec that keeps the closing handshake, liveness and limits.
///
/// It belongs to its wire's loop; every door checks that. The wire holds it, and it holds the wire until `wireClosed`.
/// Messages are taken either by `receive`, through a queue with a limit, or by `onMessage` for paths that may not
/// allocate. It ends once: `closure` then says how, waiting senders fail, and `receive` gives what had arrived and then
/// nil, or throws if nobody meant it to end.
package final class WebSocket: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    enum Phase {
        /// → closing (we closed), ended
        case open
        /// Our close frame is out, the peer's is awaited; its data is thrown away → ended
        case closing(WebSocketClosure)
        /// No frame goes either way any more; the wire sends what it has and closes → gone
        case ended(WebSocketClosure)
        /// The wire has closed.
        case gone(WebSocketClosure)
    }

    package let loop: Loop
    package let limits: WebSocketLimits
    /// What was agreed on in the handshake.
    package let subprotocol: String?

    let role: WebSocketRole
    var wire: (any WebSocketWire)?
    private(set) var phase = Phase.open
    var decoder: WebSocketDecoder
    var encoder: WebSocketEncoder
    var inbound = WebSocketInbound()
    var senders = WebSocketSenders()
    /// Bytes read before reading paused, which have not been decoded.
    var backlog = ByteQueue()
    var counted = WebSocketStatistics()
    private var handler: ((WebSocketMessage.Kind, Span<UInt8>) -> Void)?

    private var deadline: Timer?
    private var pulse: Timer?
    private var hasHeard = false
    private var pingsUnanswered = 0

    /// `compression` is the loop's shared pair, given if and only if the handshake agreed on permessage-deflate.
    package init(
        _ role: WebSocketRole, wire: any WebSocketWire, subprotocol: String?, compression: MessageCompression?,
        limits: WebSocketLimits
    ) {
        precondition(wire.loop.isCurrent, "a WebSocket is made on its wire's loop")
        self.role = role
        self.wire = wire
        self.subprotocol = subprotocol
        self.limits = limits
        loop = wire.loop
        decoder = WebSocketDecoder(role: role, sizeMax: limits.messageBytesMax, compression: compression)
        encoder = WebSocketEncoder(
            role: role, compression: compression, compressionBytesMin: limits.compressionBytesMin)
        startPulse()
    }

    /// How it ended; nil while it is open, our close awaits its answer, or the wire has gone but not all that had arrived
    /// fits into the queue for `receive`.
    package var closure: WebSocketClosure? {
        loop.checkIsolated()
        switch phase {
        case .open, .closing: return nil
        case .ended(let closure), .gone(let closure): return closure
        }
    }

    package var statistics: WebSocketStatistics {
        loop.checkIsolated()
        return counted
    }

    var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    // MARK: - For the wire

    /// Bytes have arrived. They are used before this returns.
    package func received(_ bytes: Span<UInt8>) {
        loop.checkIsolated()
        hasHeard = true
        if !backlog.isEmpty { return backlog.append(bytes) }
        let used = decode(bytes)
        if used < bytes.count { backlog.append(bytes.extracting(droppingFirst: used)) }
    }

    /// The number of unsent bytes has gone down.
    package func drained() {
        loop.checkIsolated()
        while isOpen, let wire, wire.unsentBytes <= limits.unsentBytesMark / 2, let sender = senders.next() {
            queue(sender.message)
            sender.continuation.resume()
        }
    }

    /// The connection is gone. To be called once. What had arrived is still received, a close frame included; then it ends.
    package func wireClosed() {
        loop.checkIsolated()
        precondition(wire != nil, "the wire closed twice")
        wire = nil
        senders.fail(.closed)
        decodeBacklog()
    }

    /// The wire has gone and all it had brought is decoded.
    private func conclude() {
        switch phase {
        case .open: end(WebSocketClosure(cause: .wireLost, code: .lost, reason: ""))
        case .closing(let closure): end(closure)
        case .ended: break
        case .gone: return
        }
        guard case .ended(let closure) = phase else { preconditionFailure("an end without a closure") }
        phase = .gone(closure)
        deadline.map(loop.disarm)
        deadline = nil
    }

    // MARK: - Messages for paths that may not allocate

    /// Takes every message as it arrives, in place of `receive`: on the loop, with bytes that are good until it returns.
    ///
    /// Messages that were queued come first. There is no limit but the handler's own pace. `receive` then only waits for the
    /// end. The handler may call `sendNow` and `close`. It is let go when the WebSocket ends.
    package func onMessage(_ handler: @escaping (WebSocketMessage.Kind, Span<UInt8>) -> Void) {
        loop.checkIsolated()
        precondition(self.handler == nil, "a WebSocket has one message handler")
        while let message = inbound.take() { handler(message.kind, message.bytes.span) }
        guard closure == nil else { return }
        self.handler = handler
        decodeBacklog()
    }

    // MARK: - Closing

    /// Begins the closing handshake. What arrives from now on is thrown away, and so is what waits for `receive`.
    ///
    /// The peer has `closeDeadline` to answer. Closing what is closed already does nothing.
    package func close(_ code: WebSocketCloseCode = .normal, _ reason: String = "") {
        loop.checkIsolated()
        guard isOpen else { return }
        sendClose(code, reason)
        phase = .closing(WebSocketClosure(cause: .ourselves, code: code, reason: reason))
        startDeadline()
        inbound.empty()
        senders.fail(.closed)
        decodeBacklog()
    }

    /// Asks the peer to go because this process stops.
    package func drain() { close(.goingAway, "going away") }

    /// What the peer sent can't be gone on with.
    private func fail(_ violation: WebSocketViolation) {
        if isOpen { sendClose(violation.code, violation.reason) }
        finish(WebSocketClosure(cause: .violation, code: violation.code, reason: violation.reason))
        wire?.closeAfterFlushing()
    }

    private func peerClosed(_ code: WebSocketCloseCode, _ reason: String) {
        switch phase {
        case .open:
            sendClose(code, "")
            finish(WebSocketClosure(cause: .peer, code: code, reason: reason))
        case .closing(let closure): finish(closure)
        case .ended, .gone: return
        }
        // The server closes the connection first (RFC 6455 §7.1.1); a client gives it until the deadline.
        if role == .server { wire?.closeAfterFlushing() }
    }

    private func sendClose(_ code: WebSocketCloseCode, _ reason: String) {
        wire?.queue { encoder.close(code, reason, onto: &$0) }
    }

    /// Ends it, and gives the wire until the deadline to close.
    private func finish(_ closure: WebSocketClosure) {
        end(closure)
        backlog.removeAll()
        backlog.release()
        // The wire reads on only to learn that the peer has closed.
        wire?.resumeReading()
        startDeadline()
    }

    private func end(_ closure: WebSocketClosure) {
        phase = .ended(closure)
        pulse.map(loop.disarm)
        pulse = nil
        handler = nil
        senders.fail(.closed)
        inbound.end(closure)
    }

    private func startDeadline() {
        let timer = deadline ?? Timer { [weak self] in self?.closingTookTooLong() }
        deadline = timer
        loop.arm(timer, at: Moment.now + limits.closeDeadline)
    }

    private func closingTookTooLong() {
        if case .closing(let closure) = phase { end(closure) }
        wire?.abort()
    }

    // MARK: - Liveness

    private func startPulse() {
        guard let interval = limits.pingInterval else { return }
        let timer = Timer { [weak self] in self?.beat(interval) }
        pulse = timer
        loop.arm(timer, at: Moment.now + interval)
    }

    private func beat(_ interval: Duration) {
        guard isOpen, let wire, let pulse else { return }
        // While we don't read we can't know whether the peer answers.
        if hasHeard || !backlog.isEmpty { pingsUnanswered = 0 }
        hasHeard = false
        guard pingsUnanswered < limits.missedPongsMax else {
            finish(WebSocketClosure(cause: .unresponsive, code: .lost, reason: ""))
            return wire.abort()
        }
        pingsUnanswered += 1
        counted.pingsSent += 1
        wire.queue { encoder.control(.ping, Span(), onto: &$0) }
        loop.arm(pulse, at: Moment.now + interval)
    }

    // MARK: - Decoding

    /// Decodes until the bytes are used up or the inbound queue is full; answers how many were used.
    private func decode(_ bytes: Span<UInt8>) -> Int {
        var position = 0
        do throws(WebSocketViolation) {
            while true {
                switch phase {
                case .open where handler == nil && inbound.isFull(limits):
                    wire?.pauseReading()
                    return position
                case .open, .closing: break
                case .ended, .gone: return bytes.count
                }
                let event = try decoder.advance(bytes, from: &position)
                if event == .needsMore { return bytes.count }
                handle(event)
            }
        } catch {
            fail(error)
            return bytes.count
        }
    }

    private func handle(_ event: WebSocketDecoder.Event) {
        switch event {
        case .needsMore, .pong: break
        case .message(let kind):
            counted.messagesReceived += 1
            guard isOpen else { return }
            if let handler {
                decoder.withPayload { handler(kind, $0) }
            } else {
                decoder.withPayload { inbound.arrived(kind, $0) }
            }
        case .ping: answerPing()
        case .close(let code, let reason): peerClosed(code, reason)
        }
    }

    private func answerPing() {
        guard isOpen, let wire else { return }
        // A peer that floods us with pings and doesn't read gets no queue of pongs: RFC 6455 §5.5.3 lets us skip some.
        guard wire.unsentBytes <= limits.unsentBytesMark else {
            counted.pongsSkipped += 1
            return
        }
        decoder.withPayload { payload in
            wire.queue { encoder.control(.pong, payload, onto: &$0) }
        }
    }

    /// Goes on with what was left when reading paused. Once that is used up the wire reads again, or, if it has gone, it ends.
    func decodeBacklog() {
        if !backlog.isEmpty {
            // Out of its place meanwhile, because a handler may come back here.
            var bytes = ByteQueue()
            swap(&bytes, &backlog)
            let used = decode(bytes.bytes)
            bytes.consume(used)
            guard bytes.isEmpty else { return swap(&bytes, &backlog) }
        }
        guard let wire else { return conclude() }
        switch phase {
        case .open where handler == nil && inbound.isFull(limits): break
        case .open, .closing: wire.resumeReading()
        case .ended, .gone: break
        }
    }

    func queue(_ message: WebSocketMessage) { queue(message.kind, message.bytes.span) }

    func queue(_ kind: WebSocketMessage.Kind, _ payload: Span<UInt8>) {
        counted.messagesSent += 1
        wire?.queue { encoder.message(kind, payload, onto: &$0) }
    }
}
