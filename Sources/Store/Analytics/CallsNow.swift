import Crypto
import Postgres

/// How many calls are under way at this moment, whenever they began.
package struct CallsNow: Hashable, Sendable {
    package let queued: Int64
    package let ringing: Int64
    package let inProgress: Int64
    package let transferring: Int64

    package static func read(_ database: TenantDatabase) async throws -> CallsNow {
        // The condition of the index on rows with live calls, word for word.
        let row = try await database.query(
            """
            SELECT coalesce(sum(queued), 0)::bigint, coalesce(sum(ringing), 0)::bigint,
                coalesce(sum(in_progress), 0)::bigint, coalesce(sum(transferring), 0)::bigint
            FROM call_counters WHERE organization_id = \(database.organization.uuid)
                AND (queued <> 0 OR ringing <> 0 OR in_progress <> 0 OR transferring <> 0)
            """
        ).one
        let (queued, ringing, inProgress, transferring) = try row.decode(
            Int64.self, Int64.self, Int64.self, Int64.self)
        return CallsNow(queued: queued, ringing: ringing, inProgress: inProgress, transferring: transferring)
    }
}
