package import Postgres

/// Through what the log and the read models are read: a pool's shared connections, a session, which may be in a transaction, or
/// one organization's view of the database.
package enum LogSource: Sendable {
    case pool(PostgresPool)
    case session(PostgresSession)
    case tenant(TenantDatabase)

    /// Keys are out of a tenant's reach. Whoever asks for those of events has the events from behind the wall already.
    var beyondTheWall: LogSource {
        if case .tenant(let database) = self { .pool(database.pool) } else { self }
    }

    func query(_ sql: SQL, site: StaticString = #function) async throws -> PostgresRows {
        switch self {
        case .pool(let pool): try await pool.query(sql, site: site)
        case .session(let session): try await session.query(sql, site: site)
        case .tenant(let database): try await database.query(sql, site: site)
        }
    }
}
