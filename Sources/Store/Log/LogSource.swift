package import Postgres

/// Through what the log and the read models are read: a pool's shared connections, a session, which may be in a transaction, or
/// one organization's view of the database.
package enum LogSource: Sendable {
    case pool(PostgresPool)
    case session(PostgresSession)
    case tenant(TenantDatabase)

    func query(_ sql: SQL, site: StaticString = #function) async throws -> PostgresRows {
        switch self {
        case .pool(let pool): try await pool.query(sql, site: site)
        case .session(let session): try await session.query(sql, site: site)
        case .tenant(let database): try await database.query(sql, site: site)
        }
    }
}
