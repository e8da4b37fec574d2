import Postgres
import Store

/// Which log the database holds. It is asked with every webhook: one row, which goes out together with other reads.
struct LogFinder: Sendable {
    func log(through pool: PostgresPool) async throws -> EventLog { try await EventLog.read(through: .pool(pool)) }
}
