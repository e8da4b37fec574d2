import Crypto
package import Domain
import Jobs
import Postgres
package import Wire

/// What somebody wants to be looked at again.
package struct AnalysisRunWish: Sendable {
    package let name: String
    package let way: AnalysisWay
    package let from: Timestamp
    package let to: Timestamp
    package let agent: AgentID?

    package init(name: String, way: AnalysisWay, from: Timestamp, to: Timestamp, agent: AgentID?) {
        (self.name, self.way, self.from, self.to, self.agent) = (name, way, from, to, agent)
    }
}

/// One organization's runs over calls that are over, and its choices whose looks count.
package struct AnalysisRunDesk: Sendable {
    package static let nameLength = 1...100
    /// At once: each keeps a worker busy, and what is asked of a model is paid for.
    package static let underWayMax = 10
    /// The latest; who chose more often looks into the log.
    package static let choicesShown = 100

    package enum Refusal: Error, Hashable, Sendable {
        case nameIsTaken
        case tooMany
        case noSuchAgent
        case noSuchRun
    }

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    private var organization: UUID { database.organization.uuid }

    // MARK: - Runs

    /// The newest first; one more than the page shows that there are more.
    package func page(
        after place: (Timestamp, AnalysisRunID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [AnalysisRunRow], total: Int?) {
        let behind: SQL = place.map { "(created_at, run_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(AnalysisRunRow.columns) FROM analysis_runs WHERE organization_id = \(organization) AND \(behind)
            ORDER BY created_at DESC, run_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM analysis_runs WHERE organization_id = \(organization)") }
        let answers = try await database.query(batch)
        return (try answers[0].map { try AnalysisRunRow($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    package func get(_ run: AnalysisRunID) async throws -> AnalysisRunRow? {
        try await database.query(
            """
            SELECT \(AnalysisRunRow.columns) FROM analysis_runs
            WHERE run_id = \(run.uuid) AND organization_id = \(organization)
            """
        ).first.map { try AnalysisRunRow($0) }
    }

    /// The row, the job that sees to it and what the log is told of it, or nothing.
    package func create(_ wish: AnalysisRunWish) async throws -> AnalysisRunRow {
        let id = AnalysisRunID(UUID.v7())
        return try await database.transaction { transaction in
            // Two who make the last one at once are counted one after the other.
            try await transaction.query(
                "SELECT pg_advisory_xact_lock(hashtext('analysis_runs'), hashtext(\(organization.description)))")
            let (underWay, isTaken) = try await transaction.query(
                """
                SELECT count(*) FILTER (WHERE finished_at IS NULL), coalesce(bool_or(name = \(wish.name)), false)
                FROM analysis_runs WHERE organization_id = \(organization)
                """
            ).one.decode(Int.self, Bool.self)
            if isTaken { throw Refusal.nameIsTaken }
            guard underWay < Self.underWayMax else { throw Refusal.tooMany }
            if let agent = wish.agent {
                let known = try await transaction.query(
                    "SELECT FROM agents WHERE agent_id = \(agent.uuid) AND organization_id = \(organization)")
                if known.isEmpty { throw Refusal.noSuchAgent }
            }
            let whose: SQL = wish.agent.map { "agent_id = \($0.uuid)" } ?? "true"
            let row = try AnalysisRunRow(
                try await transaction.query(
                    """
                    INSERT INTO analysis_runs (run_id, organization_id, starts_at, ends_at, agent_id, calls, name, analyst, plan)
                    SELECT \(id.uuid), \(organization), \(wish.from), \(wish.to), \(wish.agent?.uuid), count(*), \(wish.name),
                        \(wish.way.analyst.rawValue), \(wish.way.plan.rawValue)
                    FROM calls WHERE organization_id = \(organization) AND status = \(CallStatus.ended.rawValue)
                        AND started_at >= \(wish.from) AND started_at < \(wish.to) AND \(whose)
                    RETURNING \(AnalysisRunRow.columns)
                    """
                ).one)
            let told = AnalysisRunRequested(
                run: id, name: wish.name, way: wish.way, from: Instant(wish.from), to: Instant(wish.to),
                agent: wish.agent)
            try await tell(.analysisRunRequested(told), AnalysisJobs.rerun(id, of: organization), transaction)
            return row
        }
    }

    // MARK: - Choices

    /// The latest first: of those that fit a call the first goes.
    package func choices() async throws -> [AnalysisChoiceRow] {
        try await database.query(
            """
            SELECT \(AnalysisChoiceRow.columns) FROM analysis_choices WHERE organization_id = \(organization)
            ORDER BY number DESC LIMIT \(Int64(Self.choicesShown))
            """
        ).map { try AnalysisChoiceRow($0) }
    }

    /// From now on its looks count, of calls that began from a moment on; nil is the usual look again.
    package func choose(_ run: AnalysisRunID?, from: Timestamp) async throws -> AnalysisChoiceRow {
        try await database.transaction { transaction in
            try await transaction.beyondTheWall { try await LookChoice.holdAlone(database.organization, in: $0) }
            var agent: UUID?
            if let run {
                let rows = try await transaction.query(
                    """
                    SELECT agent_id FROM analysis_runs WHERE run_id = \(run.uuid) AND organization_id = \(organization)
                    """)
                guard let row = rows.first else { throw Refusal.noSuchRun }
                agent = try row.decode(UUID?.self)
            }
            let row = try AnalysisChoiceRow(
                try await transaction.query(
                    """
                    INSERT INTO analysis_choices (organization_id, number, run_id, agent_id, starts_at)
                    SELECT \(organization), coalesce(max(number), 0) + 1, \(run?.uuid), \(agent), \(from)
                    FROM analysis_choices WHERE organization_id = \(organization)
                    RETURNING \(AnalysisChoiceRow.columns)
                    """
                ).one)
            let number = Int(row.number)
            let told = AnalysisRunChosen(choice: number, run: run, from: Instant(from))
            try await tell(.analysisRunChosen(told), AnalysisJobs.choose(number, of: organization), transaction)
            return row
        }
    }

    private func tell(_ fact: OrganizationEvent, _ job: NewJob, _ transaction: TenantTransaction) async throws {
        _ = try await transaction.beyondTheWall { try await JobBoard.enqueue([job], in: $0) }
        try await transaction.append([.now(.organization(fact), meta)], to: organization, kind: .organization)
    }
}
