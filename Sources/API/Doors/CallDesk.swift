import Crypto
import Domain
import HTTP
import Jobs
import Loop
import Postgres
import Process
import Providers
import Service
import Store
import Wire

/// Takes what carriers tell of calls, has calls answered that come in, and lets those know that are live.
struct CallDesk: Sendable {
    let finder: LogHandle
    let legs: LegMemory
    let sealing: Sealing?
    /// One for each loop.
    private let lines: [(loop: Loop, line: WebhookLine)]

    init(_ finder: LogHandle, _ legs: LegMemory, _ sealing: Sealing?, _ benches: [Workbench]) {
        self.finder = finder
        self.legs = legs
        self.sealing = sealing
        lines = benches.map { ($0.loop, WebhookLine($0.postgres)) }
    }

    /// What a process that carries a call is told of it by others than the carrier's sound.
    private static let news: Set<EventType> = [.callEnded, .machineDetected, .transferBridged, .transferEnded]

    /// What became of a notice, and of which call it was, if anybody knows.
    struct Taken: Sendable {
        let verdict: WebhookVerdict
        let target: WebhookDelivery.Target?
    }

    func take(
        _ notice: CarrierNotice, signedAt: Timestamp?, body: [UInt8], at bench: Workbench
    ) async throws -> Taken {
        let pool = bench.postgres
        let log = try await finder.log(through: pool)
        let digest = HashFunction.sha256.digest(of: body)
        for _ in 0..<DoorLimits.triesMax {
            let findings = try await findings(notice, through: pool)
            var decision = CallDecision(notice, findings, fresh: .v7())
            let ending = try await CallEnding(decision, bench)
            decision.facts.removeAll { ending.isTold($0) }
            var delivery = WebhookDelivery(
                provider: notice.carrier.rawValue, id: notice.id, signedAt: signedAt, bodyDigest: digest,
                verdict: decision.verdict, leg: findings == nil ? nil : notice.leg?.control,
                legStream: findings?.known?.stream,
                target: decision.target)
            let key = try await key(for: decision, findings?.known, notice.leg, through: pool)
            delivery.events = try decision.facts.enumerated().map { index, fact in
                try NewEvent(
                    .call(fact), id: Self.id(of: fact, index, notice, decision), at: notice.at,
                    in: decision.target?.stream ?? UUID(value: 0), sealedWith: key, meta: Self.meta(of: notice))
            }
            let errand = ending.errand(at: notice.at) ?? Self.errand(notice, decision)
            let outcome = try await take(delivery, WebhookInbox(log), errand, bench)
            guard case .taken(let verdict) = outcome else {
                notice.leg.map { legs.forget($0.control, at: notice.carrier.rawValue) }
                continue
            }
            if verdict == decision.verdict {
                if errand != nil { await ErrandBell(bench.redis).ring() }
                await tell(decision.facts + ending.news, decision.target, bench, log)
            }
            return Taken(verdict: verdict, target: decision.target)
        }
        var problem = Problem(.serviceUnavailable, "call_is_busy", detail: "send it again in a moment")
        problem.headers.set(.retryAfter, "1")
        throw problem
    }

    /// The call's, where the carrier tells numbers or keys that were pressed; remembered with the leg, since keys are pressed one after
    /// the other. What waits for its call is not sealed: it has none yet.
    private func key(
        for decision: CallDecision, _ known: LegFindings.Call?, _ leg: CarrierLeg?, through pool: PostgresPool
    ) async throws -> SubjectKey? {
        guard let sealing, let target = decision.target,
            decision.facts.contains(where: { Fact.call($0).holdsPrivate })
        else { return nil }
        if let key = known?.key { return key }
        let key = try await sealing.callKey(
            CallID(target.stream), OrganizationID(target.organization), through: pool
        ).key
        if var known, known.lane != nil, let leg {
            known.key = key
            legs.remember(known, of: leg.control, at: leg.carrier)
        }
        return key
    }

    private func findings(_ notice: CarrierNotice, through pool: PostgresPool) async throws -> LegFindings? {
        guard let leg = notice.leg, !notice.facts.isEmpty else { return nil }
        let carrier = notice.carrier.rawValue
        var (call, number): (UUID?, String?) = (nil, nil)
        if case .tagged(let tag) = notice.standing { call = tag.call.uuid }
        if case .incoming(let to) = notice.standing { number = to.revealed }
        // Who answers what comes in stands in the database; that it did is told once.
        let begins = notice.facts.contains { if case .callReceived = $0 { true } else { false } }
        if !begins, let known = legs.call(of: leg.control, at: carrier) { return LegFindings(known: known) }
        let findings = try await LegFindings.read(
            carrier: carrier, leg: leg.control, call: call, number: number, through: pool)
        if let known = findings.known, known.lane != nil { legs.remember(known, of: leg.control, at: carrier) }
        return findings
    }

    /// A call ends once, whoever tells of it.
    private static func id(
        of fact: CallEvent, _ index: Int, _ notice: CarrierNotice, _ decision: CallDecision
    ) -> EventID {
        if case .callEnded = fact, let target = decision.target { return CallEndID.of(target.stream) }
        return notice.eventID(index)
    }

    private static func meta(of notice: CarrierNotice) -> EventMeta {
        EventMeta(request: WorkContext.current.request?.description, actor: .carrier(notice.carrier.rawValue))
    }

    // MARK: - What follows

    /// Somebody waits to be answered, or for sound. Twilio asks what to do with a call that comes in, and is told so itself.
    private static func errand(_ notice: CarrierNotice, _ decision: CallDecision) -> NewJob? {
        guard let leg = notice.leg?.control else { return nil }
        let types = notice.facts.map { Fact.call($0).type }
        let asksItself = notice.carrier == .twilio
        switch (decision.verdict, decision.target) {
        case (_, _) where asksItself && types.contains(.callReceived): return nil
        case (.applied, let target?) where types.contains(.callReceived):
            return NewJob(.answer(CallID(target.stream), leg: leg), of: target.organization)
        case (.applied, let target?) where types.contains(.mediaLost):
            var job = NewJob(.openMedia(CallID(target.stream), leg: leg), of: target.organization)
            // Whoever would not take it now might in a moment.
            job.when = .after(DoorLimits.mediaPause)
            return job
        case (.unknownNumber, _) where types.contains(.callReceived): return NewJob(.refuse(leg: leg), of: nil)
        default: return nil
        }
    }

    private struct Undone: Error { let outcome: WebhookInbox.Outcome }

    /// With the errand if there is one: both are there, or neither.
    private func take(
        _ delivery: WebhookDelivery, _ inbox: WebhookInbox, _ errand: NewJob?, _ bench: Workbench
    ) async throws -> WebhookInbox.Outcome {
        guard let errand else {
            guard let line = lines.first(where: { $0.loop === bench.loop })?.line else {
                return try await inbox.take(delivery, through: bench.postgres)
            }
            return try await line.take(delivery, inbox)
        }
        do {
            return try await bench.postgres.withTransaction(retrying: .serializationFailures(attempts: 3)) { session in
                try await JobBoard.enqueue([errand], in: session)
                let outcome = try await inbox.take(delivery, in: session)
                // It was taken before, or is another one's by now: then nobody waits.
                guard outcome == .taken(delivery.verdict) else { throw Undone(outcome: outcome) }
                return outcome
            }
        } catch let undone as Undone { return undone.outcome }
    }

    /// The log has it: whoever does not hear of it now will notice by the sound.
    private func tell(
        _ facts: [CallEvent], _ target: WebhookDelivery.Target?, _ bench: Workbench, _ log: EventLog
    ) async {
        guard let target else { return }
        let facts = facts.filter { Self.news.contains(Fact.call($0).type) }
        guard !facts.isEmpty else { return }
        let database = TenantDatabase(OrganizationID(target.organization), in: bench.postgres, log: log)
        do { try await LiveCalls(bench.redis).tell(facts, to: CallID(target.stream), of: database) } catch { return }
    }
}
