import Crypto
package import Domain
import Postgres
import Wire

/// Calls of one organization, the newest first, in pages.
package struct CallList: Sendable {
    package static let fields: [ListField] = [
        ListField("status", "status", .word(CallStatus.allCases.map(\.rawValue))),
        ListField("direction", "direction", .word(Direction.allCases.map(\.rawValue))),
        ListField("agent_id", "agent_id", .id),
        ListField("agent_version", "agent_version", .number),
        ListField("customer_id", "customer_id", .id),
        ListField("ended_reason", "ended_reason", .word(EndedReason.allCases.map(\.rawValue))),
        ListField("started_at", "started_at", .time),
        ListField("duration_ms", "duration_ms", .number),
        ListField("sentiment", "sentiment", .fraction),
        ListField("metadata", "metadata", .document),
        ListField("q", "call_id", .words),
    ]

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    /// At most `limit` calls behind `place`, and how many there are in all if that is wanted.
    package func page(
        _ filters: [ListFilter], of customer: CustomerID? = nil, after place: (Instant, CallID)?, limit: Int,
        countingAll: Bool
    ) async throws -> (calls: [CallView], total: Int?) {
        let whose: SQL = customer.map { "customer_id = \($0.uuid)" } ?? "true"
        let wanted: SQL =
            "organization_id = \(database.organization.uuid) AND \(whose) AND \(ListFilter.all(filters))"
        let behind: SQL = place.map { "(started_at, call_id) < (\(Timestamp($0.0)), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(CallView.columns) FROM calls WHERE \(wanted) AND \(behind)
            ORDER BY started_at DESC, call_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM calls WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try CallView.all(answers[0]), countingAll ? try answers[1].one.decode(Int.self) : nil)
    }
}
