import Synchronization

/// What a service is handed when it starts: how it says that it is ready, and how it learns that it should stop.
package final class Shift: Sendable {
    private struct State {
        var isOver = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var lastTicket = 0
    }

    private let state = Mutex(State())
    private let saidReady: @Sendable () -> Void

    init(saidReady: @escaping @Sendable () -> Void) { self.saidReady = saidReady }

    /// The service works now; the next one may start. More than once does no harm.
    package func ready() { saidReady() }

    package var isOver: Bool { state.withLock { $0.isOver } }

    /// Suspends until the service should stop, or its task is cancelled.
    package func untilOver() async {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayWait = state.withLock { state in
                    guard !state.isOver, state.cancelled.remove(ticket) == nil else { return false }
                    state.waiting[ticket] = continuation
                    return true
                }
                if !mayWait { continuation.resume() }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Void, Never>? = state.withLock { state in
                if let waiting = state.waiting.removeValue(forKey: ticket) { return waiting }
                // Cancelled before it waited: remembered for the moment it does.
                if !state.isOver { state.cancelled.insert(ticket) }
                return nil
            }
            continuation?.resume()
        }
    }

    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
