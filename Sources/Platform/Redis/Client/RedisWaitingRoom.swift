import Loop

/// Callers who wait for a connection to come back: each with its own patience, all of them bounded in number.
///
/// Belongs to its loop's thread; that is why `@unchecked` holds.
final class RedisWaitingRoom: @unchecked Sendable {
    enum Outcome { case connected, impatient, cancelled, closed, full }

    private struct Waiter {
        let continuation: CheckedContinuation<Outcome, Never>
        let timer: Timer
    }

    private let loop: Loop
    private let limit: Int
    private var waiters: [Int: Waiter] = [:]
    private var lastNumber = 0
    /// What everybody who comes is told at once; nil while there is something to wait for.
    private var standing: Outcome?

    init(on loop: Loop, limit: Int) {
        self.loop = loop
        self.limit = limit
    }

    func wait(for patience: Duration) async -> Outcome {
        loop.checkIsolated()
        lastNumber += 1
        let number = lastNumber
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume(returning: .cancelled) }
                // Decided here and not before the call, since the task may have hopped in between.
                if let standing { return continuation.resume(returning: standing) }
                guard waiters.count < limit else { return continuation.resume(returning: .full) }
                let timer = loop.after(patience) { [unowned self] in leave(number, .impatient) }
                waiters[number] = Waiter(continuation: continuation, timer: timer)
            }
        } onCancel: {
            loop.execute { self.leave(number, .cancelled) }
        }
    }

    /// Lets everybody go on, first come first, and who comes later too.
    func open(_ outcome: Outcome) {
        standing = outcome
        for number in waiters.keys.sorted() { leave(number, outcome) }
    }

    /// From now on there is something to wait for again.
    func close() { standing = nil }

    private func leave(_ number: Int, _ outcome: Outcome) {
        guard let waiter = waiters.removeValue(forKey: number) else { return }
        loop.disarm(waiter.timer)
        waiter.continuation.resume(returning: outcome)
    }
}
