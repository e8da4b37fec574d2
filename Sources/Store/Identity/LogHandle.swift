package import Postgres
import Service

/// The log's name and lanes, read once: the database need not be there when a process starts.
package final class LogHandle: Sendable {
    private let known = Shared<EventLog?>(nil)

    package init() {}

    package func log(through pool: PostgresPool) async throws -> EventLog {
        if let log = known.with({ $0 }) { return log }
        let log = try await EventLog.read(through: .pool(pool))
        known.with { $0 = log }
        return log
    }
}
