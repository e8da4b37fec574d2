import Crypto
package import Domain
import Postgres
package import Wire

extension IdentityStore {
    /// The good key with this text. That it was used is noted once a minute at most.
    package func key(_ text: String) async throws -> PresentedKey? {
        guard text.utf8.count <= APIKeySecret.bytesMax else { return nil }
        let rows = try await pool.query(
            """
            SELECT key_id, organization_id, scopes, rate_tier,
                coalesce(last_used_at < clock_timestamp() - interval '1 minute', true)
            FROM api_keys WHERE secret_hash = \(APIKeySecret.hash(of: text)) AND revoked_at IS NULL
            """)
        guard let row = rows.first else { return nil }
        let (id, organization, scopes, tier, isStale) = try row.decode(
            UUID.self, UUID.self, [String].self, String.self, Bool.self)
        if isStale {
            try await pool.execute("UPDATE api_keys SET last_used_at = clock_timestamp() WHERE key_id = \(id)")
        }
        return PresentedKey(
            id: APIKeyID(id), organization: OrganizationID(organization), scopes: scopes,
            tier: RateTier(rawValue: tier) ?? .standard)
    }
}

/// An organization's API keys. What changes is in the log in the same transaction.
package struct APIKeyDesk: Sendable {
    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private static let columns: SQL =
        "key_id, name, prefix, scopes, rate_tier, created_by, created_at, last_used_at, revoked_at"

    /// The newest first; one more than `limit` shows that there are more.
    package func list(after place: (Timestamp, APIKeyID)?, limit: Int) async throws -> [APIKeyRow] {
        let behind: SQL = place.map { "(created_at, key_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        return try await database.query(
            """
            SELECT \(Self.columns) FROM api_keys WHERE organization_id = \(database.organization.uuid) AND \(behind)
            ORDER BY created_at DESC, key_id DESC LIMIT \(Int64(limit))
            """
        ).map(Self.row)
    }

    package func count() async throws -> Int {
        try await database.query(
            "SELECT count(*) FROM api_keys WHERE organization_id = \(database.organization.uuid)"
        ).one.decode(Int.self)
    }

    package func create(
        named name: String, scopes: [Scope], tier: RateTier, by identity: Identity, _ secret: APIKeySecret,
        _ meta: EventMeta?
    ) async throws -> APIKeyRow {
        let (id, words) = (UUID.v7(), scopes.map(\.rawValue))
        var creator: UUID?
        if case .user(let user, _, _) = identity.caller { creator = user.uuid }
        let event = APIKeyCreated(name: name, scopes: words, rateTier: tier.rawValue)
        let new = try NewEvent(
            .apiKey(.apiKeyCreated(event)), id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: meta)
        return try await database.transaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO api_keys (key_id, organization_id, created_by, name, prefix, secret_hash, scopes, rate_tier)
                VALUES (\(id), \(database.organization.uuid), \(creator), \(name), \(secret.prefix), \(secret.hash),
                    \(words), \(tier.rawValue))
                RETURNING \(Self.columns)
                """)
            let row = try Self.row(try rows.one)
            try await transaction.append([new], to: id, kind: .apiKey)
            return row
        }
    }

    /// Answers whether there is such a key. One that was revoked already stays as it is.
    package func revoke(_ key: APIKeyID, reason: RevocationReason, _ meta: EventMeta?) async throws -> Bool {
        let event = try NewEvent(
            .apiKey(.apiKeyRevoked(APIKeyRevoked(reason: reason))), id: EventID(UUID.v7()), at: Instant(Timestamp.now),
            meta: meta)
        return try await database.transaction { transaction in
            let own: SQL = "key_id = \(key.uuid) AND organization_id = \(database.organization.uuid)"
            let changed = try await transaction.query(
                "UPDATE api_keys SET revoked_at = clock_timestamp() WHERE \(own) AND revoked_at IS NULL"
            ).affected
            if changed > 0 { try await transaction.append([event], to: key.uuid, kind: .apiKey) }
            if changed > 0 { return true }
            return try await transaction.query("SELECT FROM api_keys WHERE \(own)").count > 0
        }
    }

    private static func row(_ row: PostgresRow) throws -> APIKeyRow {
        let (id, name, prefix, scopes, tier, creator, created, used, revoked) = try row.decode(
            UUID.self, String.self, String.self, [String].self, String.self, UUID?.self, Timestamp.self,
            Timestamp?.self, Timestamp?.self)
        return APIKeyRow(
            id: APIKeyID(id), name: name, prefix: prefix, scopes: scopes, rateTier: tier,
            createdBy: creator.map { UserID($0) }, createdAt: created, lastUsedAt: used, revokedAt: revoked)
    }
}
