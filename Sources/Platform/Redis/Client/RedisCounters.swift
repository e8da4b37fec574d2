import Synchronization

/// What a client has counted since it was made.
package struct RedisStatistics: Hashable, Sendable {
    package var commands: UInt64 = 0
    package var refusals: UInt64 = 0
    package var failures: UInt64 = 0
    package var retries: UInt64 = 0
    package var overloads: UInt64 = 0
    package var deadlinesPassed: UInt64 = 0
    /// Replies to commands whose callers had gone.
    package var repliesTooLate: UInt64 = 0
    package var connectionsMade: UInt64 = 0
    package var connectionsFailed: UInt64 = 0
    package var connectionsLost: UInt64 = 0
    /// Of connections that have ended.
    package var bytesSent: UInt64 = 0
    package var bytesReceived: UInt64 = 0
}

/// The statistics while they are counted; any thread may read them.
final class RedisCounters: Sendable {
    private let statistics = Mutex(RedisStatistics())

    var snapshot: RedisStatistics { statistics.withLock { $0 } }

    func add(_ change: (inout RedisStatistics) -> Void) { statistics.withLock { change(&$0) } }
}
