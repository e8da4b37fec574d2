import Crypto
package import Domain
package import Loop
package import Postgres

/// The database as one organization sees it. Every question goes out with the role and the organization in front of it, in one
/// round trip, so that row-level security holds whatever the question forgets.
///
/// On the pool's loop alone.
package struct TenantDatabase: Sendable {
    /// The role that policies bind.
    static let role = "ledgerline_tenant"

    package let organization: OrganizationID
    /// For what is nobody's, such as how far consumers are: see `PlatformDesk`.
    let pool: PostgresPool
    let log: EventLog
    /// Opens what people said; without it that reads as erased.
    let sealing: Sealing?
    private let settings: LocalSettings

    package init(_ organization: OrganizationID, in pool: PostgresPool, log: EventLog, sealing: Sealing? = nil) {
        self.sealing = sealing
        self.organization = organization
        self.pool = pool
        self.log = log
        settings = Self.wall(around: organization)
    }

    /// For who has no log to append to.
    static func wall(around organization: OrganizationID) -> LocalSettings {
        LocalSettings(["role": role, "ledgerline.organization": organization.description])
    }

    package var loop: Loop { pool.loop }

    /// The same organization's, as another server has it.
    package func through(_ other: PostgresPool) -> TenantDatabase {
        TenantDatabase(organization, in: other, log: log, sealing: sealing)
    }

    package func query(_ sql: SQL, site: StaticString = #function) async throws -> PostgresRows {
        try await pool.query([sql], under: settings, site: site)[0]
    }

    /// Several statements as one transaction, in one round trip.
    package func query(_ batch: [SQL], site: StaticString = #function) async throws -> [PostgresRows] {
        try await pool.query(batch, under: settings, site: site)
    }

    /// A transaction in which the organization's rows are read and changed, and events appended.
    package func transaction<Value>(
        site: StaticString = #function, _ body: (TenantTransaction) async throws -> Value
    ) async throws -> Value {
        try await pool.withTransaction(retrying: .serializationFailures(attempts: 3), site: site) { session in
            try await session.set(settings, site: site)
            return try await body(TenantTransaction(session, of: organization, settings, log, sealing))
        }
    }
}
