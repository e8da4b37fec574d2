import Crypto
package import Domain
package import Postgres
import Wire

/// Carries a choice out: tells each call of before, which its look counts. Calls that are over later are told when they are looked at.
package struct LookChooser: Sendable {
    /// Told before it is written down how far it is.
    package static let pageMax: Int64 = 100
    /// How long is waited for rows that are behind the log.
    package static let patience = Duration.seconds(1)

    private let pool: PostgresPool
    private let log: EventLog
    private let sealing: Sealing?

    package init(_ pool: PostgresPool, _ log: EventLog, _ sealing: Sealing?) {
        (self.pool, self.log, self.sealing) = (pool, log, sealing)
    }

    /// Whether the rows hold all looks of before the choice. The first to ask says which those are.
    package func isReady(_ number: Int, of organization: OrganizationID) async throws -> Bool {
        let heads = try await log.heads(through: .pool(pool))
        return try await pool.query(
            """
            WITH place AS (
                UPDATE analysis_choices SET places = coalesce(places, \(heads))
                WHERE organization_id = \(organization.uuid) AND number = \(Int32(clamping: number)) RETURNING places
            )
            SELECT coalesce(bool_and(coalesce(c.position, 0) >= p.position), true)
            FROM place CROSS JOIN LATERAL unnest(places) WITH ORDINALITY AS p(position, lane)
            LEFT JOIN consumer_lanes AS c ON c.consumer = \("analysis@\(AnalysisConsumer.version)") AND c.lane = p.lane - 1
            """
        ).one.decode(Bool.self)
    }

    private struct Candidate {
        let call: CallID
        let look: EventID
        let began: Timestamp
        let findings: CallFindings
        let customer: CustomerID?

        init(_ row: PostgresRow) throws {
            var reader = RowReader(row)
            call = try reader.id(CallID.self)
            look = try reader.id(EventID.self)
            began = try reader.next()
            let summary = Private(try reader.next(String.self))
            let (success, sentiment) = (try reader.next(Bool?.self), try reader.score())
            findings = CallFindings(
                summary: summary, success: success, sentiment: sentiment, intent: try reader.next())
            customer = try reader.id(CustomerID?.self)
        }
    }

    /// The next page. Answers whether all calls have been told.
    package func page(_ number: Int, of organization: OrganizationID) async throws -> Bool {
        let own: SQL = "organization_id = \(organization.uuid) AND number = \(Int32(clamping: number))"
        let rows = try await pool.query(
            "SELECT run_id, starts_at, reached_call FROM analysis_choices WHERE \(own) AND finished_at IS NULL")
        guard let row = rows.first else { return true }
        let (run, from, reached) = try row.decode(UUID?.self, Timestamp.self, UUID?.self)
        let choice = LookChoice(number: number, run: run.map { AnalysisRunID($0) })
        let candidates = try await candidates(choice, of: organization, from: from, behind: reached)
        var changed: Int64 = 0
        for candidate in candidates where try await tell(choice, candidate, organization) { changed += 1 }
        let isOver = candidates.count < Self.pageMax
        try await pool.execute(
            """
            UPDATE analysis_choices SET reached_call = coalesce(\(candidates.last?.call.uuid), reached_call),
                changed = changed + \(changed), finished_at = CASE WHEN \(isOver) THEN clock_timestamp() END
            WHERE \(own) AND reached_call IS NOT DISTINCT FROM \(reached) AND finished_at IS NULL
            """)
        return isOver
    }

    /// Looks of the run; or the usual ones at calls of which another was chosen.
    private func candidates(
        _ choice: LookChoice, of organization: OrganizationID, from: Timestamp, behind: UUID?
    ) async throws -> [Candidate] {
        let wanted: SQL =
            if let run = choice.run {
                "a.run_id = \(run.uuid) AND a.began_at >= \(from)"
            } else {
                """
                a.run_id IS NULL AND EXISTS (SELECT FROM call_analyses_v1 AS x
                    WHERE x.call_id = a.call_id AND x.run_id IS NOT NULL AND x.choice IS NOT NULL AND x.began_at >= \(from))
                """
            }
        return try await pool.query(
            """
            SELECT DISTINCT ON (a.call_id) a.call_id, a.event_id, coalesce(a.began_at, a.analyzed_at), a.summary, a.success,
                a.sentiment, a.intent, c.customer_id
            FROM call_analyses_v1 AS a LEFT JOIN learning_calls_v1 AS c USING (call_id)
            WHERE a.organization_id = \(organization.uuid) AND a.call_id > coalesce(\(behind), \(UUID(value: 0)))
                AND \(wanted)
            ORDER BY a.call_id, a.version DESC LIMIT \(Self.pageMax)
            """
        ).map { try Candidate($0) }
    }

    /// False where a later choice goes, or the call is nobody's business any more.
    private func tell(
        _ choice: LookChoice, _ candidate: Candidate, _ organization: OrganizationID
    ) async throws -> Bool {
        let call = candidate.call
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            guard try await LookRights.hold(call, candidate.customer, in: session) else { return false }
            let key = try await sealing?.callKey(call.uuid, organization.uuid, in: session).key
            let going = try await LookChoice.holding(organization, began: candidate.began, agent: nil, in: session)
            if let going, going.number > choice.number { return false }
            let event = try choice.event(candidate.look, candidate.findings, of: call, organization, key)
            let append = StreamAppend(to: call.uuid, kind: .call, of: organization.uuid, at: .next, [event])
            if case .appended = try await log.append(append, in: session) { return true }
            return false
        }
    }
}
