import Synchronization

/// Where other threads leave work for a loop.
///
/// `deposit` answers whether the owner sleeps and must be woken: at most one waker is told so per sleep. The pair of
/// flags is sequentially consistent on both sides, so either the depositor sees the sleeper or the sleeper sees the deposit.
final class Inbox: Sendable {
    struct Contents {
        var jobs: [UnownedJob] = []
        var operations: [@Sendable () -> Void] = []
        var isOpen = true
    }

    private let contents = Mutex(Contents())
    private let filled = Atomic<Bool>(false)
    private let asleep = Atomic<Bool>(false)

    /// Answers whether the owner must be woken. Depositing after the owner has left for good is a bug and stops the process.
    func deposit(_ put: (inout Contents) -> Void) -> Bool {
        contents.withLock {
            precondition($0.isOpen, "work was given to a loop that has stopped; stop what uses a loop before the loop")
            put(&$0)
        }
        filled.store(true, ordering: .sequentiallyConsistent)
        return asleep.exchange(false, ordering: .sequentiallyConsistent)
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
