import Synchronization

/// Raised until somebody lowers it.
final class Flag: Sendable {
    private let state = Atomic(true)
    var isRaised: Bool { state.load(ordering: .relaxed) }
    func lower() { state.store(false, ordering: .relaxed) }
}
