import Synchronization

/// Where other threads leave work for a loop.
///
/// `deposit` tells whether the owner sleeps and must be woken: at most one waker is told so per sleep. The pair of
/// flags is sequentially consistent on both sides, so either the depositor sees the sleeper or the sleeper sees the deposit.
final class Inbox: Sendable {
    enum Deposit {
        /// The owner will find it.
        case taken
        /// The same, and the owner must be woken.
        case takenBySleeper
        /// The owner has left for good: nothing was deposited, and nothing ever will be.
        case refused
    }

    struct Contents {
        var jobs: [UnownedJob] = []
        var operations: [@Sendable () -> Void] = []
        var isOpen = true
    }

    private let contents = Mutex(Contents())
    private let filled = Atomic<Bool>(false)
    private let asleep = Atomic<Bool>(false)

    func deposit(_ put: (inout Contents) -> Void) -> Deposit {
        let isTaken = contents.withLock {
            if $0.isOpen { put(&$0) }
            return $0.isOpen
        }
        guard isTaken else { return .refused }
        filled.store(true, ordering: .sequentiallyConsistent)
        return asleep.exchange(false, ordering: .sequentiallyConsistent) ? .takenBySleeper : .taken
    }

    /// Announces that the owner is about to sleep; answers whether it may.
    func mayFallAsleep() -> Bool {
        asleep.store(true, ordering: .sequentiallyConsistent)
        guard filled.load(ordering: .sequentiallyConsistent) else { return true }
        asleep.store(false, ordering: .relaxed)
        return false
    }

    func awoke() { asleep.store(false, ordering: .relaxed) }

    /// Moves all jobs behind `jobs`, and returns the plain operations.
    func empty(into jobs: inout [UnownedJob]) -> [@Sendable () -> Void] {
        guard filled.load(ordering: .relaxed) else { return [] }
        filled.store(false, ordering: .sequentiallyConsistent)
        var operations: [@Sendable () -> Void] = []
        contents.withLock {
            jobs.append(contentsOf: $0.jobs)
            $0.jobs.removeAll(keepingCapacity: true)
            swap(&operations, &$0.operations)
        }
        return operations
    }

    /// Closes the box if nothing is in it.
    func closeIfEmpty() -> Bool {
        contents.withLock {
            guard $0.jobs.isEmpty, $0.operations.isEmpty else { return false }
            $0.isOpen = false
            return true
        }
    }
}
