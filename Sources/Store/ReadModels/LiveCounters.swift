package import Domain
package import Postgres
package import Wire

/// An organization's counters: how many calls are live, and what the calls that started on a day came to.
package struct LiveCounters: Hashable, Sendable {
    package let queued: Int64
    package let ringing: Int64
    package let inProgress: Int64
    package let transferring: Int64
    /// Of the calls that started on the day that was asked for, in UTC.
    package let day: CallTotals

    package var live: Int64 { queued + ringing + inProgress + transferring }

    /// Sums of a few rows, however many calls there are.
    package static func read(
        of organization: OrganizationID, on day: CalendarDate, from tables: CallTables = .live,
        through pool: PostgresPool
    ) async throws -> LiveCounters {
        // The condition of the index on rows with live calls, word for word.
        let live = try await pool.query(
            """
            SELECT coalesce(sum(queued), 0)::bigint, coalesce(sum(ringing), 0)::bigint,
                coalesce(sum(in_progress), 0)::bigint, coalesce(sum(transferring), 0)::bigint
            FROM \(tables.counters) WHERE organization_id = \(organization.uuid)
                AND (queued <> 0 OR ringing <> 0 OR in_progress <> 0 OR transferring <> 0)
            """
        ).one.decode(Int64.self, Int64.self, Int64.self, Int64.self)
        let row = try await pool.query(
            """
            SELECT coalesce(sum(calls), 0)::bigint, coalesce(sum(queued), 0)::bigint,
                coalesce(sum(ringing), 0)::bigint, coalesce(sum(in_progress), 0)::bigint,
                coalesce(sum(transferring), 0)::bigint, coalesce(sum(inbound), 0)::bigint,
                coalesce(sum(outbound), 0)::bigint, coalesce(sum(answered), 0)::bigint,
                coalesce(sum(ended), 0)::bigint, coalesce(sum(failed), 0)::bigint,
                coalesce(sum(duration_ms), 0)::bigint, coalesce(sum(turns), 0)::bigint,
                coalesce(sum(tool_uses), 0)::bigint, coalesce(sum(interruptions), 0)::bigint,
                coalesce(sum(errors), 0)::bigint, coalesce(sum(fallbacks), 0)::bigint
            FROM \(tables.counters) WHERE organization_id = \(organization.uuid) AND day = \(day)
            """
        ).one
        var totals = CallTotals()
        for (column, field) in CallTotals.fields.enumerated() {
            totals[keyPath: field] = try row.decode(Int64.self, at: column)
        }
        return LiveCounters(
            queued: live.0, ringing: live.1, inProgress: live.2, transferring: live.3, day: totals)
    }
}
