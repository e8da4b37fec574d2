import Crypto
package import Domain
package import Postgres

/// Whether an organization's calls are paid for, as the log has it from whoever collects the money.
package enum BillingStanding {
    /// Who was late with one payment goes on; who has stopped paying, or has cancelled, does not.
    private static let barred: [SubscriptionStatus] = [.unpaid, .cancelled, .paused]

    /// Who has never subscribed to anything pays in another way. Of several subscriptions one that stands is enough.
    package static func mayCall(_ organization: OrganizationID, through pool: PostgresPool) async throws -> Bool {
        let words = barred.map(\.rawValue)
        let row = try await pool.query(
            """
            SELECT coalesce(bool_or(NOT status = ANY(\(words))), true) FROM (
                SELECT DISTINCT ON (e.payload ->> 'subscription_ref') e.payload ->> 'status' AS status
                FROM streams s JOIN events e ON e.stream_id = s.stream_id
                WHERE s.organization_id = \(organization.uuid) AND s.kind = 'billing'
                    AND e.type = 'billing.subscription_changed'
                ORDER BY e.payload ->> 'subscription_ref', e.occurred_at DESC, e.version DESC
            ) AS latest
            """
        ).one
        return try row.decode(Bool.self)
    }
}
