import Crypto
package import Domain
import Postgres
package import Wire

/// A refresh token as it is handed out: the only time that it is seen.
package struct FreshToken: Sendable {
    package let text: String
    package let family: TokenFamilyID
    package let expiresAt: Timestamp

    /// What is stored of a token.
    static func hash(of text: String) -> [UInt8] { HashFunction.sha256.digest(of: Array(text.utf8)) }

    static func make(_ family: TokenFamilyID, expiresAt: Timestamp) -> FreshToken {
        FreshToken(
            text: "llr_" + Base64.url.encode(Randomness.bytes(32).span), family: family, expiresAt: expiresAt)
    }
}

/// What became of a refresh token that was brought back.
package enum Rotation: Sendable {
    case rotated(FreshToken, UserID, OrganizationID, UserRole)
    /// Unknown, over, revoked, or its user is gone. Nothing more is told.
    case refused
    /// It had been changed already: somebody has a copy, and the whole family is revoked.
    case reused(UserID)
}

extension IdentityStore {
    /// How long a refresh token is good, and how long its family may go on.
    package static let refreshLifetime = Duration.seconds(7 * 86_400)
    package static let familyLifetime = Duration.seconds(90 * 86_400)

    /// The first token of a new family.
    package func signIn(
        _ account: Account, to organization: OrganizationID, from address: Private<String>?, _ meta: EventMeta?
    ) async throws -> FreshToken {
        let family = TokenFamilyID(UUID.v7())
        let now = Timestamp.now
        let token = FreshToken.make(family, expiresAt: now + Self.refreshLifetime)
        try await pool.withTransaction { session in
            try await session.query(
                """
                INSERT INTO refresh_tokens (token_hash, family_id, user_id, organization_id, expires_at, family_expires_at)
                VALUES (\(FreshToken.hash(of: token.text)), \(family.uuid), \(account.id.uuid), \(organization.uuid),
                    \(token.expiresAt), \(now + Self.familyLifetime))
                """)
            try await append(
                [.user(.userSignedIn(UserSignedIn(family: family, address: address)))], to: account.id.uuid,
                kind: .user,
                of: account.home, meta, in: session)
        }
        return token
    }

    /// Changes a token for its successor.
    package func rotate(_ text: String, from address: Private<String>?, _ meta: EventMeta?) async throws -> Rotation {
        let hash = FreshToken.hash(of: text)
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 3)) { session in
            let rows = try await session.query(
                """
                SELECT t.family_id, t.user_id, t.organization_id, t.family_expires_at, t.rotated_at IS NOT NULL,
                    t.revoked_at IS NULL AND t.expires_at > clock_timestamp() AND u.disabled_at IS NULL,
                    u.organization_id,
                    (SELECT m.role FROM memberships m
                     WHERE m.user_id = t.user_id AND m.organization_id = t.organization_id)
                FROM refresh_tokens t JOIN users u USING (user_id) WHERE t.token_hash = \(hash) FOR UPDATE OF t
                """)
            guard let row = rows.first else { return .refused }
            let (family, user, organization, end, wasRotated, isGood, home, word) = try row.decode(
                UUID.self, UUID.self, UUID.self, Timestamp.self, Bool.self, Bool.self, UUID.self, String?.self)
            if wasRotated {
                let live = try await revoke(family: family, in: session)
                // Told once: who tries a third time changes nothing any more.
                guard live > 0 else { return .refused }
                try await append(
                    [
                        .user(
                            .userTokenReuseDetected(
                                UserTokenReuseDetected(family: TokenFamilyID(family), address: address))),
                        .user(.userRevoked(UserRevoked(family: TokenFamilyID(family), reason: .tokenReused))),
                    ], to: user, kind: .user, of: OrganizationID(home), meta, in: session)
                return .reused(UserID(user))
            }
            guard isGood, let role = word.flatMap({ UserRole(rawValue: $0) }) else { return .refused }
            let token = FreshToken.make(
                TokenFamilyID(family), expiresAt: min(Timestamp.now + Self.refreshLifetime, end))
            try await session.query(
                "UPDATE refresh_tokens SET rotated_at = clock_timestamp() WHERE token_hash = \(hash)")
            try await session.query(
                """
                INSERT INTO refresh_tokens (token_hash, family_id, user_id, organization_id, expires_at, family_expires_at)
                VALUES (\(FreshToken.hash(of: token.text)), \(family), \(user), \(organization), \(token.expiresAt), \(end))
                """)
            try await append(
                [.user(.userTokenRefreshed(UserTokenRefreshed(family: TokenFamilyID(family))))], to: user, kind: .user,
                of: OrganizationID(home), meta, in: session)
            return .rotated(token, UserID(user), OrganizationID(organization), role)
        }
    }

    /// Signs out: the token's whole family is over. What is no token of ours changes nothing.
    package func revoke(_ text: String, _ meta: EventMeta?) async throws {
        try await pool.withTransaction { session in
            let rows = try await session.query(
                """
                SELECT t.family_id, t.user_id, u.organization_id FROM refresh_tokens t JOIN users u USING (user_id)
                WHERE t.token_hash = \(FreshToken.hash(of: text))
                """)
            guard let row = rows.first else { return }
            let (family, user, home) = try row.decode(UUID.self, UUID.self, UUID.self)
            guard try await revoke(family: family, in: session) > 0 else { return }
            try await append(
                [.user(.userRevoked(UserRevoked(family: TokenFamilyID(family), reason: .signedOut)))], to: user,
                kind: .user, of: OrganizationID(home), meta, in: session)
        }
    }

    /// How many tokens of it were still good.
    private func revoke(family: UUID, in session: PostgresSession) async throws -> Int {
        try await session.query(
            """
            UPDATE refresh_tokens SET revoked_at = clock_timestamp() WHERE family_id = \(family) AND revoked_at IS NULL
            """
        ).affected
    }
}
