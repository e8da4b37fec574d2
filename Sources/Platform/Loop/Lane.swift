import Synchronization

/// A lane had as many errands waiting as it takes.
package struct LaneFull: Error, Hashable, Sendable, CustomStringConvertible {
    package let lane: String
    package let limit: Int

    package init(lane: String, limit: Int) {
        self.lane = lane
        self.limit = limit
    }

    package var description: String { "lane \(lane) already has \(limit) errands waiting" }
}

/// One named thread for work that blocks: file reads, name resolution, speech decoding.
///
/// Errands run one after the other in the order they came. At most `limit` wait; the next one is refused with `LaneFull`,
/// so a slow disk turns into refusals and never into growing memory. An actor may also be pinned to a lane, as its
/// `SerialExecutor`; what is enqueued that way is never refused, because a job that is dropped leaves a task suspended
/// for ever: such an actor limits its callers itself.
///
/// The thread ends when the last reference to the lane has gone, after everything it was given.
package final class Lane: SerialExecutor {
    package static let limit = 1024

    package let name: String
    package let limit: Int
    private let queue: Queue
    private let thread: Thread

    /// Fails only when the system grants no further thread.
    package init(name: String, limit: Int = Lane.limit) throws(SystemError) {
        precondition(limit > 0, "a lane that takes nothing")
        self.name = name
        self.limit = limit
        let queue = Queue()
        self.queue = queue
        thread = try Thread(name: name) { queue.runUntilClosed() }
    }

    deinit {
        queue.close()
        // The last reference may be let go by the last errand: a thread cannot wait for its own end.
        if thread.isCurrent { thread.detach() } else { thread.join() }
    }

    /// Whether the calling thread is this lane's.
    package var isCurrent: Bool { thread.isCurrent }

    /// Errands that have not begun.
    package var waiting: Int { queue.waiting }

    /// Runs `body` on the lane's thread and answers what it returned or threw.
    ///
    /// Throws `LaneFull` at the limit, and `CancellationError` at once when the task is cancelled before `body` began. What
    /// has begun runs to its end: a blocking call can't be taken back.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let errand = Errand(body)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard errand.wasGiven(continuation) else { return }
                if !queue.append(errand, limit: limit) { errand.refused(LaneFull(lane: name, limit: limit)) }
            }
        } onCancel: {
            errand.cancelled()
        }
        return try errand.outcome()
    }

    /// Gives the lane something to do that nobody waits for. Throws at the limit; what was taken is done.
    package func give(_ body: @escaping @Sendable () -> Void) throws(LaneFull) {
        guard queue.append(Order(body: body), limit: limit) else { throw LaneFull(lane: name, limit: limit) }
    }

    // MARK: - Executor

    package func enqueue(_ job: consuming ExecutorJob) { queue.append(Job(UnownedJob(job), self)) }
    package func checkIsolated() { precondition(isCurrent, "not on lane \(name)") }
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }
}

/// Something a lane's thread does.
private protocol LaneWork: Sendable {
    func perform()
}

/// A closure that nobody waits for.
private struct Order: LaneWork {
    let body: @Sendable () -> Void

    func perform() { body() }
}

/// A job of an actor pinned to the lane. It keeps the lane alive until it has run.
private struct Job: LaneWork {
    private let job: UnownedJob
    private let lane: Lane

    init(_ job: UnownedJob, _ lane: Lane) {
        self.job = job
        self.lane = lane
    }

    func perform() { unsafe job.runSynchronously(on: lane.asUnownedSerialExecutor()) }
}

/// One closure on its way through a lane, whose caller may lose interest before it begins.
///
/// What became of it is handed over here, under the lock that both threads take, and not by the continuation: who looks for
/// races does not see through the runtime's own way from thread to thread.
private final class Errand<Value: Sendable>: LaneWork {
    private enum State {
        /// → waiting, over (cancelled beforehand)
        case new
        /// → begun, over (refused or cancelled)
        case waiting(CheckedContinuation<Void, Never>)
        /// → over
        case begun
        case over(Result<Value, any Error>)
    }

    private let body: @Sendable () throws -> Value
    private let state = Mutex(State.new)

    init(_ body: @escaping @Sendable () throws -> Value) { self.body = body }

    /// Answers whether the errand should be queued: not when it was cancelled before it had a continuation.
    func wasGiven(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        let isWanted = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isWanted { continuation.resume() }
        return isWanted
    }

    func perform() {
        guard let continuation = leaveWaiting(for: .begun) else { return }
        let result = Result(catching: body)
        state.withLock { $0 = .over(result) }
        continuation.resume()
    }

    func refused(_ error: LaneFull) { leaveWaiting(for: .over(.failure(error)))?.resume() }

    func cancelled() {
        let end = State.over(.failure(CancellationError()))
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch state {
            case .new:
                state = end
                return nil
            case .waiting(let continuation):
                state = end
                return continuation
            case .begun, .over: return nil
            }
        }
        continuation?.resume()
    }

    /// To be asked once the continuation was resumed.
    func outcome() throws -> Value {
        let result = state.withLock { state -> Result<Value, any Error>? in
            if case .over(let result) = state { result } else { nil }
        }
        guard let result else { preconditionFailure("an errand's caller went on before it was over") }
        return try result.get()
    }

    private func leaveWaiting(for next: State) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = next
            return continuation
        }
    }
}

/// What waits for a lane's thread. The semaphore is raised once per item, and once more for the end.
private final class Queue: Sendable {
    private struct Contents {
        var work: [any LaneWork] = []
        /// Items before this index have been taken.
        var taken = 0
        var isOpen = true
        var count: Int { work.count - taken }
    }

    private let contents = Mutex(Contents())
    private let filled = Signal()

    var waiting: Int { contents.withLock { $0.count } }

    @discardableResult
    func append(_ work: any LaneWork, limit: Int = .max) -> Bool {
        let isTaken = contents.withLock { contents in
            guard contents.count < limit else { return false }
            contents.work.append(work)
            return true
        }
        if isTaken { filled.raise() }
        return isTaken
    }

    func close() {
        contents.withLock { $0.isOpen = false }
        filled.raise()
    }

    func runUntilClosed() {
        while let work = next() { work.perform() }
    }

    private func next() -> (any LaneWork)? {
        filled.wait()
        return contents.withLock { contents in
            guard contents.taken < contents.work.count else {
                precondition(!contents.isOpen, "a lane was woken for nothing")
                return nil
            }
            let work = contents.work[contents.taken]
            contents.taken += 1
            if contents.taken == contents.work.count || contents.taken >= 256 {
                contents.work.removeFirst(contents.taken)
                contents.taken = 0
            }
            return work
        }
    }
}
