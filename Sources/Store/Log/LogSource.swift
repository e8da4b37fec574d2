package import Postgres

/// Through what the log is read: a pool's shared connections, or a session, which may be in a transaction.
package enum LogSource: Sendable {
    case pool(PostgresPool)
    case session(PostgresSession)

    func query(_ sql: SQL, site: StaticString) async throws -> PostgresRows {
        switch self {
        case .pool(let pool): try await pool.query(sql, site: site)
        case .session(let session): try await session.query(sql, site: site)
        }
    }
}
