package import Postgres

/// Takes away orders that nobody waits for any more: what stood in them is personal.
package enum LiveOrderPurge {
    package static let kept = Duration.seconds(60)

    /// How many went.
    package static func run(through pool: PostgresPool) async throws -> Int {
        try await pool.execute(
            "DELETE FROM call_orders WHERE created_at < clock_timestamp() - \(kept)"
        ).affected
    }
}
