import Crypto
import Domain
import Postgres
import Wire

/// A pattern that a call was given: how calls go that are, and the agent's others.
struct GivenPattern {
    /// Of the others so many, the latest: an agent is not what it was a year ago.
    static let othersMax = 500

    let id: UUID
    private let given: PatternJudgement.Outcome
    private let others: PatternJudgement.Outcome

    /// Those in use that a call was given.
    static func read(
        in call: CallID, _ organization: OrganizationID, in session: PostgresSession
    ) async throws -> [GivenPattern] {
        try await session.query(
            """
            SELECT o.pattern_id, g.well, g.told, n.well, n.told FROM pattern_offers_v1 AS o
            JOIN LATERAL (
                SELECT type FROM events WHERE stream_id = o.pattern_id ORDER BY version DESC LIMIT 1
            ) AS l ON l.type <> \(EventType.patternRetired.rawValue)
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE success) AS well, count(success) AS told FROM pattern_offers_v1
                WHERE pattern_id = o.pattern_id
            ) AS g
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE c.success) AS well, count(*) AS told FROM (
                    SELECT c.success FROM calls AS c
                    WHERE c.organization_id = \(organization.uuid) AND c.success IS NOT NULL
                        AND c.agent_id = (SELECT agent_id FROM patterns_v1 WHERE pattern_id = o.pattern_id)
                        AND NOT EXISTS (SELECT FROM pattern_offers_v1 AS x
                            WHERE x.pattern_id = o.pattern_id AND x.call_id = c.call_id)
                    ORDER BY c.started_at DESC LIMIT \(Int64(othersMax))
                ) AS c
            ) AS n
            WHERE o.call_id = \(call.uuid) AND o.organization_id = \(organization.uuid) ORDER BY o.pattern_id
            """
        ).map { row in
            let (id, well, told, othersWell, othersTold) = try row.decode(
                UUID.self, Int.self, Int.self, Int.self, Int.self)
            return GivenPattern(
                id: id, given: .init(well, of: told), others: .init(othersWell, of: othersTold))
        }
    }

    var doesHarm: Bool { PatternJudgement.doesHarm(given: given, others: others) }

    func retired(by call: CallID) throws -> NewEvent {
        let rate = Fraction(Double(given.successes) / Double(given.calls))
        return try NewEvent(
            .pattern(.patternRetired(PatternRetired(reason: .underperformed, successRate: rate))),
            id: EventID(LearnedID.of(EventType.patternRetired.rawValue, id.bytes, call.uuid.bytes)),
            at: Instant(Timestamp.now), meta: EventMeta(actor: .system("patterns")))
    }
}
