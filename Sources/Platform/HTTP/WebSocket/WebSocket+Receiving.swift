import Loop

extension WebSocket {
    /// The next message; nil once the WebSocket is closed, by either side, and all that had arrived is taken.
    ///
    /// Throws `WebSocketError` when it ended otherwise, and `CancellationError` when the task is cancelled. One receiver at
    /// a time. Taking a message from a full queue lets the peer send again.
    package func receive() async throws -> WebSocketMessage? {
        loop.checkIsolated()
        if let ready = inbound.ready() {
            decodeBacklog()
            return try ready.get()
        }
        return try await wait(nil)
    }

    /// The same, but throws `WebSocketError.stalled` if nothing has arrived after `patience`. The WebSocket stays open.
    package func receive(within patience: Duration) async throws -> WebSocketMessage? {
        loop.checkIsolated()
        if let ready = inbound.ready() {
            decodeBacklog()
            return try ready.get()
        }
        return try await wait(patience)
    }

    private func wait(_ patience: Duration?) async throws -> WebSocketMessage? {
        let ticket = inbound.ticket()
        let alarm = patience.map { patience in
            loop.after(patience) { [weak self] in self?.inbound.giveUp(ticket, WebSocketError(.stalled)) }
        }
        defer { if let alarm { loop.disarm(alarm) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                inbound.wait(ticket, continuation)
            }
        } onCancel: {
            loop.execute { [self] in inbound.giveUp(ticket, CancellationError()) }
        }
    }
}
