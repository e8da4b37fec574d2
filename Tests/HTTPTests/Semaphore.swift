import Synchronization

/// Holds a thread until the test lets it go.
final class Semaphore: Sendable {
    private let awaited = Atomic<Bool>(false)
    private let open = Atomic<Bool>(false)

    var isAwaited: Bool { awaited.load(ordering: .sequentiallyConsistent) }

    func wait() {
        awaited.store(true, ordering: .sequentiallyConsistent)
        while !open.load(ordering: .sequentiallyConsistent) {}
    }

    func signal() { open.store(true, ordering: .sequentiallyConsistent) }
}
