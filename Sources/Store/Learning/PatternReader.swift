import Crypto
package import Domain
import Postgres
package import Wire

/// What many calls have in common, as it is given to agents.
package struct PatternRow: Sendable {
    package let id: PatternID
    package let version: Int32
    package let kind: String
    package let summary: Private<String>
    /// JSON.
    package let details: [UInt8]?
    package let agent: AgentID?
    package let successRate: Fraction?
    package let uses: Int64
    package let provenance: Provenance?
    package let retired: RetirementReason?
    package let retiredAt: Timestamp?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package internal(set) var similarity: Fraction?

    /// Where its rate of success lies, as far as that was counted.
    package var confidence: Confidence? {
        successRate.flatMap { Confidence(rate: $0.value, of: Int(clamping: uses)) }
    }

    /// There is enough to say for it.
    package var isOffered: Bool {
        guard retiredAt == nil, let confidence else { return false }
        return uses >= Int64(PatternJudgement.offerCallsMin) && confidence.low >= PatternJudgement.offerLowMin
    }

    static let columns: SQL =
        """
        pattern_id, version, kind, summary, details, agent_id, success_rate, uses, call_id, call_version, event_ids,
        retired_reason, retired_at, created_at, updated_at
        """

    init(_ reader: inout RowReader) throws {
        id = try reader.id(PatternID.self)
        version = try reader.next()
        kind = try reader.next()
        summary = Private(try reader.next(String.self))
        details = try reader.next(JSON?.self)?.bytes
        agent = try reader.id(AgentID?.self)
        successRate = try reader.fraction()
        uses = try reader.next()
        provenance = try Provenance(&reader)
        retired = try reader.word(RetirementReason.self)
        retiredAt = try reader.next()
        createdAt = try reader.next()
        updatedAt = try reader.next()
    }
}

/// One organization's patterns.
package struct PatternReader: Sendable {
    package static let fields: [ListField] = [
        ListField("pattern_type", "kind", .text), ListField("agent_id", "agent_id", .id),
        ListField("retired_at", "retired_at", .time), ListField("created_at", "created_at", .time),
        ListField("uses", "uses", .number),
    ]

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private var own: SQL { "organization_id = \(database.organization.uuid)" }

    /// The newest first, also those that are given to nobody any more.
    package func page(
        _ filters: [ListFilter], after place: (Timestamp, PatternID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [PatternRow], total: Int?) {
        let wanted: SQL = "\(own) AND \(ListFilter.all(filters))"
        let behind: SQL = place.map { "(created_at, pattern_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(PatternRow.columns) FROM patterns WHERE \(wanted) AND \(behind)
            ORDER BY created_at DESC, pattern_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM patterns WHERE \(wanted)") }
        let answers = try await database.query(batch)
        let rows = try answers[0].map { row in
            var reader = RowReader(row)
            return try PatternRow(&reader)
        }
        return (rows, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    /// What there is enough to say for to give it to an agent's calls, the surest first.
    package func offered(to agent: AgentID, limit: Int) async throws -> [PatternRow] {
        try await database.query(
            """
            SELECT \(PatternRow.columns) FROM patterns
            WHERE \(own) AND agent_id = \(agent.uuid) AND retired_at IS NULL
                AND uses >= \(Int64(PatternJudgement.offerCallsMin)) AND success_low >= \(PatternJudgement.offerLowMin)
            ORDER BY success_low DESC, pattern_id LIMIT \(Int64(limit))
            """
        ).map { row in
            var reader = RowReader(row)
            return try PatternRow(&reader)
        }
    }

    /// Those in use in which most of the words are, the best first.
    package func search(_ wish: TextSearch, of agent: AgentID?) async throws -> [PatternRow] {
        let whose: SQL = agent.map { "AND agent_id = \($0.uuid)" } ?? ""
        return try await database.query(
            wish.statement(
                "patterns", PatternRow.columns, "pattern_id", "\(own) AND retired_at IS NULL \(whose)")
        ).map { row in
            var reader = RowReader(row)
            var pattern = try PatternRow(&reader)
            pattern.similarity = try reader.fraction()
            return pattern
        }
    }
}
