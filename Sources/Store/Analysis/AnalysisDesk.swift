import Crypto
package import Domain
import Jobs
package import Postgres
import Wire

/// Looks at a call that is over, and tells the log what came of it: once for each set of rules, and once for each run that looks again.
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

    /// The usual look, or one beside it for a run. `ending` goes into the transaction that tells the log.
    package func analyze(
        _ call: CallID, of organization: OrganizationID, for run: AnalysisRunRow? = nil,
        ending: (PostgresSession) async throws -> Void = { _ in }
    ) async throws -> Outcome {
        let past = try await CallPast.read(call, of: organization, log, sealing, through: .pool(pool))
        guard let past, let finished = past.finished, let began = past.began, !finished.lines.isEmpty else {
            return .nothingToSay
        }
        if past.isClosed { return .isForgotten }
        let again = run.map { Self.id(of: call, for: $0) }
        // Nobody is asked twice, who may want to be paid.
        if past.facts.contains(where: { $0.id == again }) { return .wasTold }
        let (plan, agentVersion) = try await plan(for: finished.origin, run?.way.plan ?? .asCalled)
        let analyst: any CallAnalyst = run?.way.analyst == .rules ? RuleAnalyst() : analyst
        var analyzed = try await analyst.analyze(AnalysisCase(finished, by: plan))
        analyzed.run = run?.id
        let id =
            again
            ?? EventID(
                LearnedID.of(
                    EventType.callAnalyzed.rawValue, call.uuid.bytes, Array(analyzed.model.utf8),
                    Array(analyzed.promptVersion.utf8)))
        let meta = EventMeta(
            causation: finished.ended.event, actor: .system("analysis"), agentVersion: agentVersion)
        let agent = finished.origin?.agent
        return try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            guard try await LookRights.hold(call, finished.origin?.customer, in: session) else { return .isForgotten }
            let key = try await sealing?.callKey(call.uuid, organization.uuid, in: session).key
            try await ending(session)
            if again != nil, try await isTold(id, call, in: session) { return .wasTold }
            var events = [
                try NewEvent(
                    .call(.callAnalyzed(analyzed)), id: id, at: Instant(Timestamp.now), in: call.uuid,
                    sealedWith: key, meta: meta)
            ]
            let choice = try await LookChoice.holding(organization, began: began, agent: agent, in: session)
            if let choice, let chosen = choice.run {
                if chosen == run?.id {
                    events.append(try choice.event(id, CallFindings(analyzed), of: call, organization, key))
                } else if run == nil {
                    let job = AnalysisJobs.again(call.uuid, for: chosen, of: organization.uuid)
                    try await JobBoard.enqueue([job], in: session)
                }
            }
            let append = StreamAppend(to: call.uuid, kind: .call, of: organization.uuid, at: .next, events)
            guard case .duplicate = try await log.append(append, in: session) else { return .told }
            return .wasTold
        }
    }

    /// A run looks at a call once, whatever it finds.
    private static func id(of call: CallID, for run: AnalysisRunRow) -> EventID {
        EventID(LearnedID.of(EventType.callAnalyzed.rawValue, call.uuid.bytes, run.id.uuid.bytes))
    }

    private func isTold(_ event: EventID, _ call: CallID, in session: PostgresSession) async throws -> Bool {
        try await !session.query(
            "SELECT FROM events WHERE stream_id = \(call.uuid) AND event_id = \(event.uuid) LIMIT 1"
        ).isEmpty
    }

    /// Of which version of the agent it is, is told with it.
    private func plan(
        for origin: CallOrigin?, _ wanted: AnalysisWay.Plan
    ) async throws -> (AnalysisPlan, agentVersion: Int?) {
        guard let agent = origin?.agent else { return (AnalysisPlan(), origin?.agentVersion) }
        let version: SQL =
            switch wanted {
            case .asCalled: "v.agent_version = \(origin?.agentVersion.map { Int32(clamping: $0) })"
            case .published: "v.agent_version = a.live_version"
            }
        let rows = try await pool.query(
            """
            SELECT v.settings, v.agent_version FROM agent_versions AS v LEFT JOIN agents AS a USING (agent_id)
            WHERE v.agent_id = \(agent.uuid) AND \(version)
            """)
        guard let row = rows.first else { return (AnalysisPlan(), origin?.agentVersion) }
        let (settings, number) = try row.decode(JSON.self, Int32.self)
        return (AgentConfiguration(try AgentReader.settings(settings)).analysis, Int(number))
    }
}
