import Loop

/// Waits once for a descriptor, until a moment, or until its task is cancelled.
final class SocketWait: Watcher, @unchecked Sendable {
    // Loop's thread alone.
    private let loop: Loop
    private let descriptor: Int32
    private var continuation: CheckedContinuation<Void, any Error>?
    private var timer: Timer?
    private var isOver = false

    private init(_ loop: Loop, _ descriptor: Int32) {
        self.loop = loop
        self.descriptor = descriptor
    }

    static func until(
        _ interest: Readiness, of descriptor: Int32, on loop: Loop, deadline: Moment
    ) async throws {
        let wait = SocketWait(loop, descriptor)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait.begin(continuation, interest, deadline)
            }
        } onCancel: {
            loop.execute { wait.end(.failure(CancellationError())) }
        }
    }

    private func begin(_ continuation: CheckedContinuation<Void, any Error>, _ interest: Readiness, _ deadline: Moment)
    {
        if isOver { return continuation.resume(throwing: CancellationError()) }
        self.continuation = continuation
        do throws(SystemError) {
            try loop.watch(descriptor, for: interest, self)
        } catch {
            var failure = PostgresError(.connectFailed)
            failure.cause = error
            return end(.failure(failure))
        }
        let timer = Timer { [weak self] in self?.end(.failure(PostgresError(.connectDeadline))) }
        loop.arm(timer, at: deadline)
        self.timer = timer
    }

    func ready(_: Readiness) { end(.success(())) }

    private func end(_ result: Result<Void, any Error>) {
        isOver = true
        guard let continuation else { return }
        self.continuation = nil
        if let timer { loop.disarm(timer) }
        loop.unwatch(descriptor)
        continuation.resume(with: result)
    }
}
