import Crypto
package import Domain
package import Postgres
import Wire

/// Looks at a call that is over, and tells the log what came of it: once for each set of rules.
package struct AnalysisDesk: Sendable {
    package enum Outcome: Hashable, Sendable {
        case told
        case wasTold
        /// It is not over, or nobody said a word: there is nothing to look at.
        case nothingToSay
        /// The customer was forgotten: what they said is nobody's business.
        case isForgotten
    }

    private let pool: PostgresPool
    private let log: EventLog
    private let sealing: Sealing?
    private let analyst: any CallAnalyst

    package init(
        _ pool: PostgresPool, _ log: EventLog, _ sealing: Sealing?, by analyst: any CallAnalyst = RuleAnalyst()
    ) {
        (self.pool, self.log, self.sealing, self.analyst) = (pool, log, sealing, analyst)
    }

    /// `ending` goes into the transaction that tells the log.
    package func analyze(
        _ call: CallID, of organization: OrganizationID, ending: (PostgresSession) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        let past = try await CallPast.read(call, of: organization, log, sealing, through: .pool(pool))
        guard let past, let finished = past.finished, !finished.lines.isEmpty else { return .nothingToSay }
        if past.isClosed { return .isForgotten }
        let plan = try await plan(for: finished.origin)
        let analyzed = try await analyst.analyze(AnalysisCase(finished, by: plan))
        let id = EventID(
            LearnedID.of(
                EventType.callAnalyzed.rawValue, call.uuid.bytes, Array(analyzed.model.utf8),
                Array(analyzed.promptVersion.utf8)))
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            if let customer = finished.origin?.customer {
                guard try await holds(customer, session) else { return .isForgotten }
            }
            let key = try await sealing?.callKey(call.uuid, organization.uuid, in: session).key
            guard try await !CallErasureDesk.isErased(call, holding: session) else { return .isForgotten }
            try await ending(session)
            let event = try event(analyzed, id, call, finished, key)
            let append = StreamAppend(to: call.uuid, kind: .call, of: organization.uuid, at: .next, [event])
            guard case .duplicate = try await log.append(append, in: session) else { return .told }
            return .wasTold
        }
    }

    private func event(
        _ analyzed: CallAnalyzed, _ id: EventID, _ call: CallID, _ finished: FinishedCall, _ key: SubjectKey?
    ) throws -> NewEvent {
        let meta = EventMeta(
            causation: finished.ended.event, actor: .system("analysis"), agentVersion: finished.origin?.agentVersion)
        let (fact, now) = (Fact.call(.callAnalyzed(analyzed)), Instant(Timestamp.now))
        return try NewEvent(fact, id: id, at: now, in: call.uuid, sealedWith: key, meta: meta)
    }

    /// Until the transaction's end nobody forgets them; false if somebody has.
    private func holds(_ customer: CustomerID, _ session: PostgresSession) async throws -> Bool {
        try await session.query(
            "SELECT pg_advisory_xact_lock(hashtext('customers'), hashtext(\(customer.description)))")
        return try await session.query(
            """
            SELECT FROM events WHERE stream_id = \(customer.uuid) AND type = \(EventType.customerErased.rawValue) LIMIT 1
            """
        ).isEmpty
    }

    /// That of the version that was speaking.
    private func plan(for origin: CallOrigin?) async throws -> AnalysisPlan {
        guard let agent = origin?.agent, let version = origin?.agentVersion else { return AnalysisPlan() }
        let rows = try await pool.query(
            """
            SELECT settings FROM agent_versions
            WHERE agent_id = \(agent.uuid) AND agent_version = \(Int32(clamping: version))
            """)
        guard let settings = try rows.first?.decode(JSON.self) else { return AnalysisPlan() }
        return AgentConfiguration(try AgentReader.settings(settings)).analysis
    }
}
