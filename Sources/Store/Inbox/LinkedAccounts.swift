package import Crypto
package import Postgres

/// Whose an account in another house is.
package enum LinkedAccounts {
    package static func organization(
        of account: String, at provider: String, through pool: PostgresPool
    ) async throws -> UUID? {
        try await pool.query(
            "SELECT organization_id FROM linked_accounts WHERE provider = \(provider) AND account = \(account)"
        ).first?.decode(UUID.self)
    }
}
