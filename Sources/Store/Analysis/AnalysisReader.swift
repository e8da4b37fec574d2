import Crypto
package import Domain
import Postgres
package import Wire

/// One look at a call.
package struct AnalysisRow: Sendable {
    package let id: EventID
    package let call: CallID
    /// Of the call's stream.
    package let version: Int32
    package let analyzedAt: Timestamp
    package let model: String
    package let promptVersion: String
    package let summary: Private<String>
    package let success: Bool?
    package let successReason: SuccessReason?
    package let sentiment: Score?
    package let trajectory: [Double]
    package let intent: String?
    package let topics: [Private<String>]
    /// JSON; nil where nothing was to be found.
    package let extracted: [UInt8]?
    package let events: [EventID]
    /// Who looked again; nil is the usual look.
    package let run: AnalysisRunID?
    let choice: Int32?
    /// It is the one that the call itself shows.
    package private(set) var counts = false

    static let columns: SQL =
        """
        event_id, call_id, version, analyzed_at, model, prompt_version, summary, success, success_reason, sentiment,
        coalesce(trajectory, '{}'), intent, coalesce(topics, '{}'), extracted, event_ids,
        run_id, choice
        """

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        id = try reader.id(EventID.self)
        call = try reader.id(CallID.self)
        version = try reader.next()
        analyzedAt = try reader.next()
        model = try reader.next()
        promptVersion = try reader.next()
        summary = Private(try reader.next(String.self))
        success = try reader.next()
        successReason = try reader.word(SuccessReason.self)
        sentiment = try reader.score()
        trajectory = try reader.next([Double].self)
        intent = try reader.next()
        topics = try reader.next([String].self).map { Private($0) }
        extracted = try reader.next(JSON?.self)?.bytes
        events = try reader.next([UUID].self).map { EventID($0) }
        run = try reader.id(AnalysisRunID?.self)
        choice = try reader.next()
    }

    /// Of those that stand beside each other one counts: the one that was chosen, else the last one that nobody has to choose.
    static func marked(_ rows: [AnalysisRow]) -> [AnalysisRow] {
        var rows = rows
        let usual = rows.indices.filter { rows[$0].run == nil }.max { rows[$0].version < rows[$1].version }
        let counting = rows.firstIndex { $0.choice != nil } ?? usual
        if let counting { rows[counting].counts = true }
        return rows
    }
}

/// Looks at calls of one organization.
package struct AnalysisReader: Sendable {
    /// More sets of rules than this nobody compares.
    package static let looksMax = 100

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    /// All looks at a call, the latest first.
    package func all(of call: CallID) async throws -> [AnalysisRow] {
        let rows = try await database.query(
            """
            SELECT \(AnalysisRow.columns) FROM call_analyses
            WHERE call_id = \(call.uuid) AND organization_id = \(database.organization.uuid)
            ORDER BY version DESC LIMIT \(Int64(Self.looksMax))
            """
        ).map { try AnalysisRow($0) }
        return AnalysisRow.marked(rows)
    }
}
