import Crypto
package import Domain
import Postgres
package import Wire

/// A call as it is shown: a row that is still where it was received. A page of them is written without a value being made of any.
package struct CallView: Sendable {
    private let row: PostgresRow

    init(_ row: PostgresRow) { self.row = row }

    static func all(_ rows: PostgresRows) throws -> [CallView] {
        try rows.checkJSON()
        return rows.map(CallView.init)
    }

    // MARK: - Columns

    /// The names under which the columns are shown, in their order.
    package static let names = [
        "id", "version", "status", "direction", "from", "to", "agent_id", "agent_version", "customer_id", "campaign_id",
        "carrier", "control_id", "started_at", "requested_at", "dialed_at", "ringing_at", "answered_at", "ended_at",
        "duration_ms", "answered_by", "ended_reason", "fault_owner", "turns", "tool_uses", "interruptions", "errors",
        "fallbacks", "sentiment", "success", "intent", "summary", "metadata",
    ]

    static let columns: SQL =
        """
        call_id, version, status, direction, from_number, to_number, agent_id, agent_version, customer_id, campaign_id,
        carrier, control_id, started_at, requested_at, dialed_at, ringing_at, answered_at, ended_at,
        duration_ms, answered_by, ended_reason, fault_owner, turns, tool_uses, interruptions, errors,
        fallbacks, sentiment, success, intent, summary, metadata
        """

    /// The column of that number as JSON.
    package func write(_ column: Int, to json: inout JSONWriter) { row.write(column, to: &json) }

    package var id: CallID { get throws { CallID(try row.decode(UUID.self, at: 0)) } }
    package var version: Int32 { get throws { try row.decode(Int32.self, at: 1) } }
    package var startedAt: Timestamp { get throws { try row.decode(Timestamp.self, at: 12) } }
}
