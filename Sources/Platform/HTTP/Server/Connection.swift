import Loop
import Wire

/// One client's connection: reads requests, runs their handlers one after the other, sends the answers in order.
///
/// Everything here happens on one loop's thread, checked at the doors; that is why `@unchecked Sendable` holds. While idle it
/// keeps no buffer, and its one timer is armed again only when it fires: the deadline that counts is a field.
///
/// A client that stops sending is taken to have gone: the handler is cancelled, and what it still answers is sent before
/// the connection closes. A reset closes at once.
final class Connection: Watcher, @unchecked Sendable {
    enum State {
        /// Waits for a request, or has part of one. → answering, ending, closed
        case reading
        /// A handler runs, or its stream. → reading, upgraded, ending, closed
        case answering
        /// Carries a WebSocket. → ending, closed
        case upgraded
        /// The last answer is on its way, and what still arrives is thrown away. → closed
        case ending(thrownAway: Int)
        case closed
    }

    /// The shard lets go of a connection when it closes, which ends this ring.
    let shard: Shard
    let descriptor: Int32
    let remoteAddress: String
    /// Where it stands in its shard's list.
    var place = 0

    var state = State.reading
    var reader: RequestReader
    /// What was read and not yet understood.
    var inbound = ByteQueue()
    /// What the kernel has not taken yet.
    var output = ByteQueue()
    var task: Task<Void, Never>?
    /// Whether `task` has not ended.
    var isHandling = false
    /// Whether the answer being made is not the last.
    var keepsAlive = true
    var endsAtDrain = false
    /// The one writer that waits for the output to shrink.
    var writer: CheckedContinuation<Void, any Error>?
    var patience = Patience()
    var webSocket: WebSocket?
    /// The WebSocket's wishes.
    var isReadingPaused = false
    var isAborted = false

    private var isConsuming = false
    private var settlesLater = false
    private var hasPeerEnded = false
    private var hasShutDown = false
    private var interest: Readiness = [.readable, .peerClosed]
    private lazy var timer = Timer { [unowned self] in timerFired() }

    /// Takes over an accepted descriptor.
    init(_ descriptor: Int32, in shard: Shard) {
        self.descriptor = descriptor
        self.shard = shard
        remoteAddress = Socket.peerAddress(descriptor) ?? ""
        reader = RequestReader(shard.limits.message, from: remoteAddress)
    }

    func open() throws(SystemError) {
        try shard.loop.watch(descriptor, for: interest, self)
        settle()
    }

    var isClosed: Bool { if case .closed = state { true } else { false } }
    private var isReading: Bool { if case .reading = state { true } else { false } }
    private var isCongested: Bool { output.count > shard.limits.unsentBytes }

    // MARK: - What the loop tells

    func ready(_ readiness: Readiness) {
        if readiness.intersects(.error) || readiness.intersects(.hangup) { return close() }
        if readiness.contains(.readable), wantsInput {
            receive()
        } else if readiness.contains(.peerClosed) {
            peerEnded()
        }
        settle()
    }

    private func timerFired() {
        patience.fired()
        if patience.deadline > .now { return rearm() }
        timedOut()
        settle()
    }

    func beginDrain() {
        switch state {
        case .reading where reader.phase == .head && inbound.isEmpty: state = .ending(thrownAway: 0)
        case .answering where endsAtDrain: task?.cancel()
        case .upgraded: webSocket?.drain()
        case .reading, .answering, .ending, .closed: break
        }
        settle()
    }

    // MARK: - Reading

    private var wantsInput: Bool {
        if hasPeerEnded { return false }
        switch state {
        case .reading: return !isCongested
        case .answering: return inbound.count < shard.limits.pipelinedBytes
        case .upgraded: return !isReadingPaused
        case .ending: return true
        case .closed: return false
        }
    }

    private func receive() {
        // Lent by the shard for the time of this call: an idle connection has no buffer of its own.
        var scratch = shard.takeScratch()
        defer { shard.giveBack(&scratch) }
        var outcome = Socket.Outcome.wouldBlock
        unsafe scratch.append(upTo: Shard.scratchBytes) { room in
            outcome = unsafe Socket.read(descriptor, into: room)
            if case .bytes(let count) = outcome { return count }
            return 0
        }
        switch outcome {
        case .bytes(let count):
            shard.counters.add(count, to: .bytesIn)
            if inbound.isEmpty {
                let taken = consume(scratch.bytes)
                scratch.consume(taken)
                if !isClosed { inbound.append(scratch.bytes) }
            } else {
                inbound.append(scratch.bytes)
            }
        case .end: peerEnded()
        case .wouldBlock: break
        case .failed: close()
        }
    }

    /// Takes as much of `bytes` as it can now, and answers how much.
    private func consume(_ bytes: Span<UInt8>) -> Int {
        isConsuming = true
        defer { isConsuming = false }
        var index = 0
        while index < bytes.count {
            switch state {
            case .reading:
                if isCongested { flush() }
                if isCongested || isClosed { return index }
                switch reader.read(bytes, &index) {
                case .needsMore: return index
                case .needsContinue: output.append("HTTP/1.1 100 Continue\r\n\r\n")
                case .request(let request): begin(request)
                case .fault(let fault): refuse(fault)
                }
            case .answering: return index
            case .upgraded:
                webSocket?.received(bytes.extracting(index...))
                return bytes.count
            case .ending(let thrownAway):
                let sum = thrownAway + bytes.count - index
                state = .ending(thrownAway: sum)
                if sum > shard.limits.lingeringBytes { close() }
                return bytes.count
            case .closed: return bytes.count
            }
        }
        return index
    }

    private func peerEnded() {
        hasPeerEnded = true
        keepsAlive = false
        switch state {
        case .reading: state = .ending(thrownAway: 0)
        case .answering: task?.cancel()
        case .upgraded: close()
        case .ending, .closed: break
        }
    }

    // MARK: - Settling

    /// Ends every entry: sends what there is to send, takes up what waited, and sees to memory, interest and time.
    func settle() {
        if isConsuming || isClosed { return }
        if isAborted { return close() }
        flush()
        while !isClosed, !inbound.isEmpty, !isCongested {
            if case .answering = state { break }
            var taken = ByteQueue()
            swap(&taken, &inbound)
            let count = consume(taken.bytes)
            taken.consume(count)
            swap(&taken, &inbound)
            flush()
            if count == 0 { break }
        }
        if isClosed { return }
        if case .ending = state, output.isEmpty, !finishEnding() { return }
        inbound.release()
        output.release()
        watch()
        wait()
    }

    /// Settles at the end of the turn, for a WebSocket that must not be called back before then.
    func settleLater() {
        if isConsuming || settlesLater || isClosed { return }
        settlesLater = true
        shard.settleLater(self)
    }

    func settleNow() {
        settlesLater = false
        settle()
    }

    /// Everything is sent: says so once, and waits for the client's end. Answers whether the connection is still there.
    private func finishEnding() -> Bool {
        if hasPeerEnded {
            close()
            return false
        }
        if !hasShutDown {
            hasShutDown = true
            Socket.shutdownSending(descriptor)
        }
        return true
    }

    func flush() {
        var hasShrunk = false
        loop: while !output.isEmpty, !isClosed {
            switch unsafe output.withUnsafeBytes({ unsafe Socket.write(descriptor, from: $0) }) {
            case .bytes(let count):
                output.consume(count)
                shard.counters.add(count, to: .bytesOut)
                patience.progressed()
                hasShrunk = true
            case .wouldBlock, .end: break loop
            case .failed: close()
            }
        }
        if writer != nil, output.count <= shard.limits.unsentBytes / 2 { resumeWriter() }
        if hasShrunk, !isClosed { webSocket?.drained() }
    }

    private func watch() {
        var wanted: Readiness = hasPeerEnded ? [] : .peerClosed
        if wantsInput { wanted.insert(.readable) }
        if !output.isEmpty { wanted.insert(.writable) }
        if wanted == interest { return }
        interest = wanted
        shard.loop.rewatch(descriptor, for: wanted)
    }

    private func wait() {
        let reason: Patience.Reason =
            if !output.isEmpty {
                .write
            } else {
                switch state {
                case .reading where reader.phase == .body: .body
                case .reading: inbound.isEmpty ? .idle : .head
                case .answering, .upgraded, .closed: .nothing
                case .ending: .linger
                }
            }
        patience.waits(for: reason, since: shard.loop.turn, shard.limits)
        rearm()
    }

    private func rearm() {
        if let moment = patience.momentToArm() { shard.loop.arm(timer, at: moment) }
    }

    // MARK: - The end

    /// Closes at once, whatever was going on.
    func close() {
        if isClosed { return }
        state = .closed
        shard.loop.unwatch(descriptor)
        Socket.close(descriptor)
        shard.loop.disarm(timer)
        output.removeAll()
        inbound.removeAll()
        if let webSocket {
            // Its task learns it from the WebSocket.
            self.webSocket = nil
            webSocket.wireClosed()
        } else {
            task?.cancel()
        }
        task = nil
        resumeWriter()
        shard.closed(self)
    }
}
