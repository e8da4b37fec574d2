import Crypto
package import Domain
package import Postgres
import Wire

/// Users, their tokens and API keys, before it is known who asks. Whatever changes is in the log in the same transaction.
package struct IdentityStore: Sendable {
    let pool: PostgresPool
    let log: EventLog

    package init(_ pool: PostgresPool, log: EventLog) {
        self.pool = pool
        self.log = log
    }

    // MARK: - Users

    /// Whatever the case of the address.
    package func account(email: String) async throws -> Account? {
        try await account("lower(u.email) = lower(\(email))")
    }

    package func account(_ user: UserID) async throws -> Account? { try await account("u.user_id = \(user.uuid)") }

    private func account(_ condition: SQL) async throws -> Account? {
        let rows = try await pool.query(
            """
            SELECT u.user_id, u.organization_id, u.email, u.name, u.password_hash, u.disabled_at IS NOT NULL,
                m.organization_id, o.name, m.role
            FROM users u LEFT JOIN memberships m USING (user_id)
                LEFT JOIN organizations o ON o.organization_id = m.organization_id
            WHERE \(condition) ORDER BY m.created_at, m.organization_id LIMIT 100
            """)
        guard let first = rows.first else { return nil }
        let memberships = try rows.compactMap { row -> Account.Membership? in
            guard let organization = try row.decode(UUID?.self, at: 6) else { return nil }
            let word = try row.decode(String.self, at: 8)
            guard let role = UserRole(rawValue: word) else { throw ReadModelIsForeign(what: "role") }
            return Account.Membership(
                organization: OrganizationID(organization), organizationName: try row.decode(String.self, at: 7),
                role: role)
        }
        return Account(
            id: UserID(try first.decode(UUID.self, at: 0)), home: OrganizationID(try first.decode(UUID.self, at: 1)),
            email: Private(try first.decode(String.self, at: 2)),
            name: try first.decode(String?.self, at: 3).map { Private($0) },
            passwordHash: try first.decode(String.self, at: 4), isDisabled: try first.decode(Bool.self, at: 5),
            memberships: memberships)
    }

    // MARK: - Events

    func append(
        _ facts: [Fact], to stream: UUID, kind: StreamKind, of organization: OrganizationID, _ meta: EventMeta?,
        in session: PostgresSession
    ) async throws {
        let now = Instant(Timestamp.now)
        let events = try facts.map { try NewEvent($0, id: EventID(UUID.v7()), at: now, meta: meta) }
        _ = try await log.append(
            StreamAppend(to: stream, kind: kind, of: organization.uuid, at: .next, events), in: session)
    }
}
