package import Crypto
package import Domain
import Postgres
import Wire

extension IdentityStore {
    package enum CreationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
        case noSuchOrganization
        case emailIsTaken

        package var description: String {
            switch self {
            case .noSuchOrganization: "there is no such organization"
            case .emailIsTaken: "a user with this address is there already"
            }
        }
    }

    /// By id, or by name whatever its case.
    package func organization(_ text: String) async throws -> OrganizationID? {
        let rows = try await pool.query(
            """
            SELECT organization_id FROM organizations
            WHERE organization_id = \(UUID(text)) OR lower(name) = lower(\(text)) LIMIT 1
            """)
        return try rows.first.map { OrganizationID(try $0.decode(UUID.self)) }
    }

    package func createOrganization(named name: String) async throws -> OrganizationID {
        let id = UUID.v7()
        try await pool.execute("INSERT INTO organizations (organization_id, name) VALUES (\(id), \(name))")
        return OrganizationID(id)
    }

    @discardableResult
    package func createUser(
        email: Private<String>, name: Private<String>? = nil, hash: PasswordHash, role: UserRole,
        in organization: OrganizationID, by meta: EventMeta? = nil
    ) async throws -> UserID {
        let user = UUID.v7()
        do {
            try await pool.withTransaction { session in
                try await session.query(
                    """
                    INSERT INTO users (user_id, organization_id, email, name, password_hash)
                    VALUES (\(user), \(organization.uuid), \(email.revealed), \(name?.revealed), \(hash.text))
                    """)
                try await session.query(
                    """
                    INSERT INTO memberships (organization_id, user_id, role)
                    VALUES (\(organization.uuid), \(user), \(role.rawValue))
                    """)
                try await append(
                    [.user(.userCreated(UserCreated(email: email, name: name, role: role)))], to: user, kind: .user,
                    of: organization, meta, in: session)
            }
        } catch let error as PostgresError where error.sqlState == .uniqueViolation {
            throw CreationRefusal.emailIsTaken
        } catch let error as PostgresError where error.sqlState == .foreignKeyViolation {
            throw CreationRefusal.noSuchOrganization
        }
        return UserID(user)
    }

    package struct ListedUser: Sendable {
        package let id: UserID
        package let email: Private<String>
        package let organization: OrganizationID
        package let organizationName: String
        package let role: UserRole
        package let isDisabled: Bool
    }

    package static let listMax = 1_000

    /// In all organizations, by address: for operators.
    package func users() async throws -> [ListedUser] {
        try await pool.query(
            """
            SELECT u.user_id, u.email, o.organization_id, o.name, m.role, u.disabled_at IS NOT NULL
            FROM users u JOIN memberships m USING (user_id)
                JOIN organizations o ON o.organization_id = m.organization_id
            ORDER BY lower(u.email), o.name LIMIT \(Int64(Self.listMax))
            """
        ).map { row in
            let (id, email, organization, name, word, isDisabled) = try row.decode(
                UUID.self, String.self, UUID.self, String.self, String.self, Bool.self)
            guard let role = UserRole(rawValue: word) else { throw ReadModelIsForeign(what: "role") }
            return ListedUser(
                id: UserID(id), email: Private(email), organization: OrganizationID(organization),
                organizationName: name, role: role, isDisabled: isDisabled)
        }
    }
}
