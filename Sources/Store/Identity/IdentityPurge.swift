package import Postgres

/// Takes away what nobody can use any more: answers whose day is over, and refresh tokens.
package enum IdentityPurge {
    /// Rows of a table that go in one statement, so that nobody waits for long.
    package static let batchMax = 1_000

    package struct Count: Hashable, Sendable {
        package var answers = 0
        package var tokens = 0
    }

    package static func run(
        through pool: PostgresPool, batch: Int = batchMax, until isOver: () -> Bool = { false }
    ) async throws -> Count {
        var count = Count()
        var last = (answers: batch, tokens: batch)
        while !isOver(), last.answers == batch || last.tokens == batch {
            if last.answers == batch {
                last.answers = try await pool.execute(
                    """
                    DELETE FROM idempotency_keys k USING (
                        SELECT organization_id, key, route FROM idempotency_keys WHERE expires_at < clock_timestamp()
                        ORDER BY expires_at LIMIT \(Int64(batch))
                    ) AS old
                    WHERE (k.organization_id, k.key, k.route) = (old.organization_id, old.key, old.route)
                        AND k.expires_at < clock_timestamp()
                    """
                ).affected
            }
            if last.tokens == batch {
                // One that was changed still shows that somebody has a copy, as long as its family may go on.
                last.tokens = try await pool.execute(
                    """
                    DELETE FROM refresh_tokens WHERE token_hash IN (
                        SELECT token_hash FROM refresh_tokens
                        WHERE expires_at < clock_timestamp() AND family_expires_at < clock_timestamp()
                        ORDER BY expires_at LIMIT \(Int64(batch)))
                    """
                ).affected
            }
            count.answers += last.answers
            count.tokens += last.tokens
        }
        return count
    }
}
