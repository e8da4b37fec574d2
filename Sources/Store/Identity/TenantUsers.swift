import Crypto
package import Domain
import Postgres

/// The people of one organization.
package struct TenantUsers: Sendable {
    package struct Person: Sendable {
        package let email: Private<String>
        package let name: Private<String>?
    }

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    package func person(_ user: UserID) async throws -> Person? {
        let rows = try await database.query(
            """
            SELECT u.email, u.name FROM users u JOIN memberships m USING (user_id)
            WHERE u.user_id = \(user.uuid) AND m.organization_id = \(database.organization.uuid)
            """)
        return try rows.first.map { row in
            let (email, name) = try row.decode(String.self, String?.self)
            return Person(email: Private(email), name: name.map { Private($0) })
        }
    }

    package func organizationName() async throws -> String? {
        try await database.query(
            "SELECT name FROM organizations WHERE organization_id = \(database.organization.uuid)"
        ).first?.decode(String.self)
    }
}
