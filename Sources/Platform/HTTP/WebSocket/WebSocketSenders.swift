/// The `send` calls that are suspended because too much is unsent, first come first served.
struct WebSocketSenders {
    struct Sender {
        let ticket: UInt64
        let message: WebSocketMessage
        let continuation: CheckedContinuation<Void, any Error>
    }

    private var waiting: [Sender] = []
    private var tickets: UInt64 = 0

    var count: Int { waiting.count }

    mutating func ticket() -> UInt64 {
        tickets += 1
        return tickets
    }

    mutating func wait(_ sender: Sender) { waiting.append(sender) }

    /// The one whose turn it is. The list is short by its limit, so that moving it costs nothing.
    mutating func next() -> Sender? { waiting.isEmpty ? nil : waiting.removeFirst() }

    mutating func giveUp(_ ticket: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    mutating func fail(_ code: WebSocketError.Code) {
        let all = waiting
        waiting = []
        for sender in all { sender.continuation.resume(throwing: WebSocketError(code)) }
    }
}
