import Crypto
package import Domain
package import Postgres
import Wire

/// Looks again at the calls of a run, page after page. How far it got is in the run's row, so who comes after a death goes on there;
/// what was told of the page by then is not looked at, and not paid for, once more.
package struct AnalysisRunner: Sendable {
    /// Looked at before it is written down how far it is.
    package static let pageMax: Int64 = 20
    /// At a time, of one run: what is asked of a model is waited for.
    static let together = 4
    /// Then others have their turn.
    package static let turnMax = Duration.seconds(60)

    private let pool: PostgresPool
    private let desk: AnalysisDesk

    package init(_ pool: PostgresPool, _ desk: AnalysisDesk) { (self.pool, self.desk) = (pool, desk) }

    package static func run(
        _ id: AnalysisRunID, of organization: OrganizationID, through pool: PostgresPool
    ) async throws -> AnalysisRunRow? {
        try await pool.query(
            """
            SELECT \(AnalysisRunRow.columns) FROM analysis_runs
            WHERE run_id = \(id.uuid) AND organization_id = \(organization.uuid)
            """
        ).first.map { try AnalysisRunRow($0) }
    }

    /// The next page. Answers whether the run is over.
    package func page(_ id: AnalysisRunID, of organization: OrganizationID) async throws -> Bool {
        guard let run = try await Self.run(id, of: organization, through: pool), run.finishedAt == nil else {
            return true
        }
        let (at, call) = try await pool.query(
            "SELECT reached_at, reached_call FROM analysis_runs WHERE run_id = \(id.uuid)"
        ).one.decode(Timestamp?.self, UUID?.self)
        let behind: SQL
        if let at, let call { behind = "(started_at, call_id) > (\(at), \(call))" } else { behind = "true" }
        let whose: SQL = run.agent.map { "agent_id = \($0.uuid)" } ?? "true"
        let calls = try await pool.query(
            """
            SELECT call_id, started_at FROM calls
            WHERE organization_id = \(organization.uuid) AND status = \(CallStatus.ended.rawValue)
                AND started_at >= \(run.from) AND started_at < \(run.to) AND \(whose) AND \(behind)
            ORDER BY started_at, call_id LIMIT \(Self.pageMax)
            """
        ).map { try $0.decode(UUID.self, Timestamp.self) }
        let looked = try await look(at: calls.map { CallID($0.0) }, of: organization, for: run)
        let (reached, isOver) = (calls.last, calls.count < Self.pageMax)
        // Two who did the same page count it once.
        try await pool.execute(
            """
            UPDATE analysis_runs SET reached_call = coalesce(\(reached?.0), reached_call),
                reached_at = coalesce(\(reached?.1), reached_at), looked = looked + \(Int64(looked)),
                passed_over = passed_over + \(Int64(calls.count - looked)),
                finished_at = CASE WHEN \(isOver) THEN clock_timestamp() END
            WHERE run_id = \(id.uuid) AND reached_call IS NOT DISTINCT FROM \(call) AND finished_at IS NULL
            """)
        return isOver
    }

    /// Answers at how many of them there was something to be seen.
    private func look(
        at calls: [CallID], of organization: OrganizationID, for run: AnalysisRunRow
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var (rest, looked) = (calls[...], 0)
            for call in rest.prefix(Self.together) {
                group.addTask(executorPreference: pool.loop) { try await look(at: call, of: organization, for: run) }
            }
            rest = rest.dropFirst(Self.together)
            while let hasLooked = try await group.next() {
                if hasLooked { looked += 1 }
                guard let call = rest.popFirst() else { continue }
                group.addTask(executorPreference: pool.loop) { try await look(at: call, of: organization, for: run) }
            }
            return looked
        }
    }

    private func look(
        at call: CallID, of organization: OrganizationID, for run: AnalysisRunRow
    ) async throws -> Bool {
        do {
            switch try await desk.analyze(call, of: organization, for: run) {
            case .told, .wasTold: return true
            case .nothingToSay, .isForgotten: return false
            }
        } catch is CodecError {
            // One call that can't be read does not keep the others waiting.
            return false
        }
    }
}
