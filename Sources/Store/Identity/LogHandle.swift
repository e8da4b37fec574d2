package import Postgres
import Synchronization

/// The log's name and lanes, read once: the database need not be there when a process starts.
package final class LogHandle: Sendable {
    private let known = Mutex<EventLog?>(nil)

    package init() {}

    package func log(through pool: PostgresPool) async throws -> EventLog {
        if let log = known.withLock({ $0 }) { return log }
        let log = try await EventLog.read(through: .pool(pool))
        known.withLock { $0 = log }
        return log
    }
}
