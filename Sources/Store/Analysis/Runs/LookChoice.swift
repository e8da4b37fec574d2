import Crypto
import Domain
import Postgres
import Wire

/// Whose look at a call counts. Who tells of a look shares a lock with all others who do, and who chooses holds it alone: so a look is
/// there before a choice, and is found by who carries it out, or it comes after and is told together with being chosen.
struct LookChoice {
    let number: Int
    /// Nil is the usual look.
    let run: AnalysisRunID?

    static func holdAlone(_ organization: OrganizationID, in session: PostgresSession) async throws {
        try await session.query("SELECT pg_advisory_xact_lock(\(lock(organization)))")
    }

    private static func lock(_ organization: OrganizationID) -> SQL {
        "hashtext('look choices'), hashtext(\(organization.description))"
    }

    /// The one that goes for a call, until the transaction's end; nil if nobody ever chose.
    static func holding(
        _ organization: OrganizationID, began: Timestamp, agent: AgentID?, in session: PostgresSession
    ) async throws -> LookChoice? {
        try await session.query("SELECT pg_advisory_xact_lock_shared(\(lock(organization)))")
        return try await session.query(
            """
            SELECT number, run_id FROM analysis_choices
            WHERE organization_id = \(organization.uuid) AND starts_at <= \(began)
                AND (agent_id IS NULL OR agent_id = \(agent?.uuid))
            ORDER BY number DESC LIMIT 1
            """
        ).first.map { row in
            let (number, run) = try row.decode(Int32.self, UUID?.self)
            return LookChoice(number: Int(number), run: run.map { AnalysisRunID($0) })
        }
    }

    /// What is told of a call by this choice; the same however often.
    func event(
        _ look: EventID, _ findings: CallFindings, of call: CallID, _ organization: OrganizationID, _ key: SubjectKey?
    ) throws -> NewEvent {
        let fact = CallEvent.callLookChosen(
            CallLookChosen(choice: number, look: look, run: run, findings: findings))
        let id = LearnedID.of(
            fact.type.rawValue, call.uuid.bytes, organization.uuid.bytes, Array("\(number)".utf8))
        return try NewEvent(
            .call(fact), id: EventID(id), at: Instant(Timestamp.now), in: call.uuid, sealedWith: key,
            meta: EventMeta(causation: look, actor: .system("analysis")))
    }
}
