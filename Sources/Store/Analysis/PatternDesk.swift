import Crypto
package import Domain
package import Postgres
import Wire

/// Tells the log what is learned of patterns that were seen in a call. One call of an organization after the other: what is decided
/// about a pattern follows from all calls it was seen in.
package struct PatternDesk: Sendable {
    /// Named in what is learned; all of them are among the sightings.
    static let evidenceCallsMax = 20

    private let pool: PostgresPool
    private let log: EventLog

    package init(_ pool: PostgresPool, _ log: EventLog) { (self.pool, self.log) = (pool, log) }

    /// Answers how many events were told. With a choice it is weighed what another look at the call changes.
    @discardableResult
    package func learn(
        from call: CallID, of organization: OrganizationID, choice: Int? = nil,
        ending: (PostgresSession) async throws -> Void = { _ in }
    ) async throws -> Int {
        try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            try await session.query(
                "SELECT pg_advisory_xact_lock(hashtext('patterns'), hashtext(\(organization.description)))")
            var told: [UUID: [NewEvent]] = [:]
            for pattern in try await Seen.read(of: call, organization, in: session) {
                told[pattern.id] = try pattern.events(of: call, choice)
            }
            for given in try await GivenPattern.read(in: call, organization, in: session) where given.doesHarm {
                let known = told[given.id] ?? []
                if known.contains(where: { $0.type == EventType.patternRetired.rawValue }) { continue }
                told[given.id] = known + [try given.retired(by: call)]
            }
            try await ending(session)
            var count = 0
            // Lanes in one order, as everybody takes them.
            let ids = told.keys.sorted { (log.lane(of: $0), $0) < (log.lane(of: $1), $1) }
            for id in ids {
                guard let events = told[id], !events.isEmpty else { continue }
                let append = StreamAppend(to: id, kind: .pattern, of: organization.uuid, at: .next, events)
                if case .appended = try await log.append(append, in: session) { count += events.count }
            }
            return count
        }
    }

    /// A pattern as it was seen in this call, and what is known of it from all.
    private struct Seen {
        let id: UUID
        let agent: AgentID?
        let kind: String
        let summary: Private<String>
        let details: Freeform
        let version: Int32
        let success: Bool
        let events: [EventID]
        let evidence: PatternJudgement.Evidence
        let calls: [UUID]
        let standing: PatternJudgement.Standing
        /// Of how many calls the log has been told, and how many of them went well.
        let told: Int64
        let toldRate: Double?

        static func read(
            of call: CallID, _ organization: OrganizationID, in session: PostgresSession
        ) async throws -> [Seen] {
            try await session.query(
                """
                SELECT s.pattern_id, s.agent_id, s.kind, s.summary, s.details, s.call_version, s.success, s.event_ids,
                    a.calls, a.successes, a.subjects, a.ids, coalesce(l.type, ''), coalesce(r.uses, 0), r.rate
                FROM pattern_sightings_v1 AS s
                CROSS JOIN LATERAL (
                    SELECT count(*) AS calls, count(*) FILTER (WHERE success) AS successes,
                        count(DISTINCT coalesce(customer_id, call_id)) AS subjects,
                        (array_agg(call_id ORDER BY seen_at, call_id))[1:\(Int32(PatternDesk.evidenceCallsMax))] AS ids
                    FROM pattern_sightings_v1 WHERE pattern_id = s.pattern_id
                ) AS a
                LEFT JOIN LATERAL (
                    SELECT type FROM events WHERE stream_id = s.pattern_id ORDER BY version DESC LIMIT 1
                ) AS l ON true
                LEFT JOIN LATERAL (
                    SELECT (payload ->> 'uses')::bigint AS uses, (payload ->> 'success_rate')::float8 AS rate FROM events
                    WHERE stream_id = s.pattern_id AND type = \(EventType.patternReinforced.rawValue)
                    ORDER BY version DESC LIMIT 1
                ) AS r ON true
                WHERE s.call_id = \(call.uuid) AND s.organization_id = \(organization.uuid) ORDER BY s.pattern_id
                """
            ).map { row in
                var reader = RowReader(row)
                return try Seen(&reader)
            }
        }

        init(_ reader: inout RowReader) throws {
            id = try reader.next(UUID.self)
            agent = try reader.id(AgentID?.self)
            kind = try reader.next()
            summary = Private(try reader.next(String.self))
            details = try AgentReader.settings(try reader.next(JSON.self))
            version = try reader.next()
            success = try reader.next()
            events = try reader.next([UUID].self).map { EventID($0) }
            evidence = PatternJudgement.Evidence(
                calls: Int(try reader.next(Int64.self)), successes: Int(try reader.next(Int64.self)),
                subjects: Int(try reader.next(Int64.self)))
            calls = try reader.next([UUID].self)
            switch try reader.next(String.self) {
            case "": standing = .unknown
            case EventType.patternRetired.rawValue: standing = .retired
            default: standing = .learned
            }
            told = try reader.next()
            toldRate = try reader.next()
        }

        /// What is to be told; nothing where the log knows of this many calls already, and what is chosen changes nothing.
        func events(of call: CallID, _ choice: Int?) throws -> [NewEvent] {
            let isChanged = choice != nil && (Int64(evidence.calls) != told || evidence.rate?.value != toldRate)
            guard Int64(evidence.calls) > told || isChanged else { return [] }
            let from = Provenance(call: call, version: Int(version), events: events)
            let now = Instant(Timestamp.now)
            return try PatternJudgement.steps(evidence, standing).map { step in
                let fact: PatternEvent =
                    switch step {
                    case .learn:
                        .patternLearned(
                            PatternLearned(
                                kind: kind, summary: summary, details: Private(detailed), agent: agent,
                                successRate: evidence.rate, provenance: from))
                    case .reinforce:
                        .patternReinforced(
                            PatternReinforced(
                                success: success, successRate: evidence.rate, uses: evidence.calls, provenance: from))
                    case .retire:
                        .patternRetired(PatternRetired(reason: .underperformed, successRate: evidence.rate))
                    }
                let parts = call.uuid.bytes + (choice.map { Array("/\($0)".utf8) } ?? [])
                let id = LearnedID.of(fact.type.rawValue, self.id.bytes, parts)
                return try NewEvent(
                    .pattern(fact), id: EventID(id), at: now, meta: EventMeta(actor: .system("patterns")))
            }
        }

        private var detailed: Freeform {
            guard case .object(var members) = details else { return details }
            members["calls"] = .array(calls.map { .string($0.description) })
            return .object(members)
        }
    }
}
