import Loop
import Synchronization

/// A client's health while it changes; any thread may read it.
final class RedisCondition: Sendable {
    private let state = Mutex(RedisHealth(since: .now))

    var health: RedisHealth { state.withLock { $0 } }

    func changed(to condition: RedisHealth.Condition) {
        state.withLock { health in
            health.condition = condition
            health.since = .now
        }
    }

    func failed(_ code: RedisError.Code) { state.withLock { $0.lastFailure = code } }
}
