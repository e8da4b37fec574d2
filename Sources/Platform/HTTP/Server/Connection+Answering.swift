import Loop
import Wire

extension Connection {
    /// Answers at once if that can be; else runs the handler until its first wait, without a turn of the loop in between.
    func begin(_ received: Request) {
        var request = received
        if !request.body.isEmpty {
            do throws(RequestFault) {
                try Coding.unpack(&request, limit: shard.limits.message.bodyBytes)
            } catch {
                return refuse(error)
            }
        }
        keepsAlive = request.keepsAlive
        patience.restart()
        shard.counters.add(to: .requests)
        switch shard.route(&request) {
        case .waiting(let handler): start(handler, request)
        case .atOnce(let handler):
            let response: Response
            do { response = try handler(request) } catch { response = failed(error, request) }
            answer(response, request)
        }
    }

    /// Sends what is whole and fits; a body that is made while it is sent needs a task.
    private func answer(_ answered: consuming Response, _ request: Request) {
        var response = answered
        switch response.body {
        case .bytes(let bytes) where bytes.count > min(shard.limits.unsentBytes, Coding.packedAtOnceMax): break
        case .stream, .webSocket: break
        case .empty, .text, .bytes:
            Coding.pack(&response, for: request)
            if begin(response, request) { append(response.body) }
            if !keepsAlive { state = .ending(thrownAway: 0) }
            return
        }
        start({ [response] _ in response }, request)
    }

    private func start(_ handler: @escaping Handler, _ request: Request) {
        state = .answering
        shard.handlerBegan()
        isHandling = true
        // The connection owns this task: it is cancelled when the client goes or the drain's deadline comes.
        let started = Task.immediate(executorPreference: shard.loop) { await answer(request, with: handler) }
        guard isHandling else { return }
        if isClosed { started.cancel() } else { task = started }
    }

    private func answer(_ request: Request, with handler: Handler) async {
        var response: Response
        do {
            response = try await handler(request)
        } catch {
            response = failed(error, request)
        }
        do {
            try await send(response, for: request)
        } catch {
            if !isClosed, !Task.isCancelled { shard.settings.observe(.responseBroken(error, request)) }
            // A WebSocket has begun its closing handshake. What a stream had written goes out, and then the break.
            if webSocket == nil {
                flush()
                close()
            }
        }
        concluded()
    }

    private func concluded() {
        shard.loop.checkIsolated()
        task = nil
        isHandling = false
        endsAtDrain = false
        shard.handlerEnded()
        guard case .answering = state else { return }
        state = keepsAlive ? .reading : .ending(thrownAway: 0)
        settle()
    }

    private func failed(_ error: any Error, _ request: Request) -> Response {
        if let problem = error as? Problem { return problem.response }
        if let response = shard.settings.answer(error) { return response }
        // A handler that was cancelled because its client has gone did nothing wrong.
        if !(error is CancellationError && Task.isCancelled) {
            shard.counters.add(to: .handlersFailed)
            shard.settings.observe(.handlerFailed(error, request))
        }
        return Problem.internalError.response
    }

    /// Answers what was no request, and ends the connection.
    func refuse(_ fault: RequestFault) {
        shard.counters.refused(fault)
        shard.settings.observe(.requestRefused(fault, remoteAddress: remoteAddress))
        keepsAlive = false
        let response = fault.problem.response
        writeHead(response, .length(response.body.length ?? 0), .close)
        if case .bytes(let bytes) = response.body { output.append(bytes) }
        patience.restart()
        state = .ending(thrownAway: 0)
    }

    func timedOut() {
        switch patience.reason {
        case .nothing: break
        case .idle:
            shard.counters.add(to: .idleTimeouts)
            close()
        case .head: refuse(.headTimedOut)
        case .body: refuse(.bodyTimedOut)
        case .write:
            shard.counters.add(to: .writeTimeouts)
            close()
        case .linger: close()
        }
    }

    // MARK: - Sending

    private func send(_ answered: Response, for request: Request) async throws {
        shard.loop.checkIsolated()
        guard case .answering = state else { return }
        var response = answered
        Coding.pack(&response, for: request)
        if case .webSocket(let upgrade) = response.body {
            writeHead(response, .none, .upgrade)
            return try await self.upgrade(upgrade)
        }
        guard begin(response, request) else { return }
        switch response.body {
        case .bytes(let bytes): try await send(bytes)
        case .stream(let stream): try await send(stream, framing(of: response, for: request))
        case .empty, .text: append(response.body)
        case .webSocket: preconditionFailure("a WebSocket was sent as a body")
        }
    }

    /// Writes the head; answers whether a body follows.
    private func begin(_ response: borrowing Response, _ request: Request) -> Bool {
        if shard.isDraining { keepsAlive = false }
        let framing = framing(of: response, for: request)
        if framing == .untilClose { keepsAlive = false }
        let persistence: OutgoingHead.Persistence =
            if !keepsAlive { .close } else if request.isLegacy { .keepAlive } else { .unsaid }
        writeHead(response, framing, persistence)
        return request.method != .head && framing != .none
    }

    private func append(_ body: Body) {
        switch body {
        case .text(let text): output.append(text)
        case .bytes(let bytes): output.append(bytes)
        case .empty, .stream, .webSocket: break
        }
    }

    private func framing(of response: borrowing Response, for request: Request) -> OutgoingHead.Framing {
        if response.status.forbidsBody { return .none }
        if let length = response.body.length { return .length(length) }
        return request.isLegacy ? .untilClose : .chunked
    }

    private func writeHead(
        _ response: borrowing Response, _ framing: OutgoingHead.Framing, _ persistence: OutgoingHead.Persistence
    ) {
        shard.counters.answered(response.status)
        OutgoingHead(framing: framing, persistence: persistence, date: shard.date.bytes())
            .append(response, to: &output)
    }

    /// A large body goes out in pieces, so that not all of it is copied into the queue.
    private func send(_ bytes: [UInt8]) async throws {
        if bytes.count <= shard.limits.unsentBytes { return output.append(bytes) }
        var start = 0
        while start < bytes.count {
            let end = min(start + shard.limits.unsentBytes, bytes.count)
            output.append(bytes.span.extracting(start..<end))
            start = end
            try await roomToWrite()
        }
    }

    private func send(_ stream: BodyStream, _ framing: OutgoingHead.Framing) async throws {
        endsAtDrain = stream.atDrain == .ends
        let writer = ResponseWriter(self, framing)
        // The head goes out now: the first piece may be long in coming.
        settle()
        if endsAtDrain, shard.isDraining { return try writer.finish() }
        do {
            try await stream.produce(writer)
        } catch is CancellationError where endsAtDrain && shard.isDraining && !isClosed {
            keepsAlive = false
        }
        try writer.finish()
    }

    /// Sends what is queued; suspends while more than `Limits.unsentBytes` are left.
    func roomToWrite() async throws {
        settle()
        if isClosed { throw ConnectionClosed() }
        if output.count <= shard.limits.unsentBytes { return }
        let loop = shard.loop
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // Both looked at again, since a task may hop on its way to here.
                if isClosed { return continuation.resume(throwing: ConnectionClosed()) }
                if output.count <= shard.limits.unsentBytes { return continuation.resume() }
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                precondition(writer == nil, "two tasks write one response")
                writer = continuation
            }
        } onCancel: {
            loop.execute { [self] in
                let waiting = writer
                writer = nil
                waiting?.resume(throwing: CancellationError())
            }
        }
    }

    func resumeWriter() {
        guard let waiting = writer else { return }
        writer = nil
        if isClosed { waiting.resume(throwing: ConnectionClosed()) } else { waiting.resume() }
    }
}

/// The client has gone; nothing more can be written to it.
package struct ConnectionClosed: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String { "the connection is closed" }
}
