import Postgres
import Store
import Synchronization

/// Which log the database holds: asked for once, and then known.
final class LogFinder: Sendable {
    private let found = Mutex<EventLog?>(nil)

    func log(through pool: PostgresPool) async throws -> EventLog {
        if let log = found.withLock({ $0 }) { return log }
        let log = try await EventLog.read(through: .pool(pool))
        found.withLock { $0 = log }
        return log
    }
}
