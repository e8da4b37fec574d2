extension Loop {
    /// Suspends the task until the delay is over; it is resumed on this loop with no thread hop.
    ///
    /// Throws `CancellationError` at once when the task is cancelled, before or during the sleep, or the loop has stopped.
    package func sleep(for delay: Duration) async throws {
        let sleeper = Sleeper(loop: self)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard execute({ sleeper.began(continuation, delay) }) else {
                    return continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            execute { sleeper.cancelled() }
        }
    }

    /// The state of one sleep; the loop's thread alone touches it.
    private final class Sleeper: @unchecked Sendable {
        private enum State {
            /// → asleep, over (cancelled before it began)
            case new
            /// → over
            case asleep(CheckedContinuation<Void, any Error>, Timer)
            case over
        }

        private unowned let loop: Loop
        private var state = State.new

        init(loop: Loop) { self.loop = loop }

        func began(_ continuation: CheckedContinuation<Void, any Error>, _ delay: Duration) {
            guard case .new = state else { return continuation.resume(throwing: CancellationError()) }
            let timer = loop.after(delay) { [self] in
                state = .over
                continuation.resume()
            }
            state = .asleep(continuation, timer)
        }

        func cancelled() {
            if case .asleep(let continuation, let timer) = state {
                loop.disarm(timer)
                continuation.resume(throwing: CancellationError())
            }
            state = .over
        }
    }
}
