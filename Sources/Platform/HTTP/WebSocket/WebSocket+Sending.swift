import Loop

extension WebSocket {
    /// Sends a text. Suspends first while too much is unsent; returning means queued, not received.
    ///
    /// Messages go out in the order of the calls. Throws `WebSocketError` when the WebSocket is closed, or too many sends are
    /// suspended already, and `CancellationError` when cancelled while suspended: the message is then not sent.
    package func send(_ text: String) async throws { try await send(.text(text)) }

    package func send(_ bytes: [UInt8]) async throws { try await send(.binary(bytes)) }

    package func send(_ message: WebSocketMessage) async throws {
        loop.checkIsolated()
        guard isOpen, let wire else { throw WebSocketError(.closed) }
        if senders.count == 0, wire.unsentBytes <= limits.unsentBytesMark { return queue(message) }
        guard senders.count < limits.sendersMax else { throw WebSocketError(.tooManySenders) }
        let ticket = senders.ticket()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                // Looked at again, since a task may hop on its way to here.
                guard isOpen else { return continuation.resume(throwing: WebSocketError(.closed)) }
                senders.wait(.init(ticket: ticket, message: message, continuation: continuation))
                drained()
            }
        } onCancel: {
            loop.execute { [self] in senders.giveUp(ticket) }
        }
    }

    /// Queues a message at once, copying nothing but into the queue of outgoing bytes. It overtakes suspended sends.
    package func sendNow(_ kind: WebSocketMessage.Kind, _ payload: Span<UInt8>) -> WebSocketSendOutcome {
        loop.checkIsolated()
        guard isOpen, let wire, wire.unsentBytes + payload.count <= limits.unsentBytesMax else { return .refused }
        queue(kind, payload)
        return wire.unsentBytes <= limits.unsentBytesMark ? .queued : .congested
    }
}
