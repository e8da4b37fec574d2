/// The messages that wait for `receive`, or the receive that waits for a message: never both.
struct WebSocketInbound {
    typealias Waiter = CheckedContinuation<WebSocketMessage?, any Error>

    private var messages: [WebSocketMessage] = []
    /// How many at the front are taken already; they leave together once they are half of all.
    private var taken = 0
    private var bytes = 0
    private var waiter: (ticket: UInt64, continuation: Waiter)?
    private var tickets: UInt64 = 0
    private var ending: WebSocketClosure?

    func isFull(_ limits: WebSocketLimits) -> Bool {
        messages.count - taken >= limits.inboundMessagesMax || bytes >= limits.inboundBytesMax
    }

    mutating func arrived(_ kind: WebSocketMessage.Kind, _ payload: Span<UInt8>) {
        let message = unsafe WebSocketMessage(kind, payload.withUnsafeBytes { unsafe Array($0) })
        if let waiting = waiter {
            waiter = nil
            return waiting.continuation.resume(returning: message)
        }
        bytes += message.bytes.count
        messages.append(message)
    }

    mutating func take() -> WebSocketMessage? {
        guard taken < messages.count else { return nil }
        let message = messages[taken]
        bytes -= message.bytes.count
        taken += 1
        if taken == messages.count {
            messages = []
            taken = 0
        } else if taken * 2 >= messages.count {
            messages.removeFirst(taken)
            taken = 0
        }
        return message
    }

    mutating func empty() {
        messages = []
        (taken, bytes) = (0, 0)
    }

    mutating func end(_ closure: WebSocketClosure) {
        ending = closure
        guard let waiting = waiter else { return }
        waiter = nil
        waiting.continuation.resume(with: Self.outcome(closure))
    }

    /// What `receive` gives at once: a message that waits, or the end.
    mutating func ready() -> Result<WebSocketMessage?, any Error>? {
        if let message = take() { return .success(message) }
        return ending.map(Self.outcome)
    }

    private static func outcome(_ closure: WebSocketClosure) -> Result<WebSocketMessage?, any Error> {
        closure.wasAgreed ? .success(nil) : .failure(WebSocketError(.lost(closure.cause)))
    }

    // MARK: - Waiting

    mutating func ticket() -> UInt64 {
        tickets += 1
        return tickets
    }

    mutating func wait(_ ticket: UInt64, _ continuation: Waiter) {
        precondition(waiter == nil, "a WebSocket has one receiver at a time")
        // Looked at again, since a task may hop on its way to here.
        if let ready = ready() { return continuation.resume(with: ready) }
        waiter = (ticket, continuation)
    }

    /// Ends the wait that this ticket stands for; another's is left alone.
    mutating func giveUp(_ ticket: UInt64, _ error: any Error) {
        guard let waiting = waiter, waiting.ticket == ticket else { return }
        waiter = nil
        waiting.continuation.resume(throwing: error)
    }
}
