import Loop

/// A task that waits for a connection of its own. Belongs to the pool's loop.
final class Borrower: Waits, @unchecked Sendable {
    let waitDeadline: Moment
    private var continuation: CheckedContinuation<Int, any Error>?
    private var isCancelled = false

    init(deadline: Moment) { waitDeadline = deadline }

    var isWaiting: Bool { continuation != nil }

    /// Answers the place of the connection lent.
    func wait(on loop: Loop, _ queue: (Borrower) -> Void) async throws -> Int {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if isCancelled || Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                self.continuation = continuation
                queue(self)
            }
        } onCancel: {
            loop.execute { [self] in
                isCancelled = true
                end(.failure(CancellationError()))
            }
        }
    }

    func lent(_ place: Int) { end(.success(place)) }
    func refused(_ error: PostgresError) { end(.failure(error)) }

    private func end(_ result: Result<Int, any Error>) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(with: result)
    }
}

extension Request: Waits {
    var isWaiting: Bool { isWanted && connection == nil }
    var waitDeadline: Moment { deadline }
}
