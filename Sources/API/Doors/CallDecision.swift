import Crypto
import Domain
import Providers
import Store

/// Which call a notice is of, and what becomes of it, from what is known of its leg. Pure.
struct CallDecision {
    let verdict: WebhookVerdict
    let target: WebhookDelivery.Target?
    var facts: [CallEvent]

    /// `fresh` is the stream of a call that begins with this notice.
    init(_ notice: CarrierNotice, _ findings: LegFindings?, fresh: @autoclosure () -> UUID) {
        guard let findings, !notice.facts.isEmpty else {
            self.init(.acknowledged)
            return
        }
        if let call = findings.known {
            self.init(notice.facts, in: call, findings.owner)
            return
        }
        switch notice.standing {
        case .tagged:
            if let call = findings.tagged { self.init(notice.facts, in: call, nil) } else { self.init(.unknownSubject) }
        case .incoming:
            guard let owner = findings.owner else {
                self.init(.unknownNumber)
                return
            }
            self.init(
                .applied, WebhookDelivery.Target(stream: fresh(), kind: .call, organization: owner.organization),
                notice.facts.map { Self.answered(by: owner, $0) })
        case .named: self.init(.waiting, nil, notice.facts)
        case .none: self.init(.unknownSubject)
        }
    }

    private init(_ verdict: WebhookVerdict, _ target: WebhookDelivery.Target? = nil, _ facts: [CallEvent] = []) {
        self.verdict = verdict
        self.target = target
        self.facts = facts
    }

    private init(_ facts: [CallEvent], in call: LegFindings.Call, _ owner: LegFindings.Owner?) {
        let target = WebhookDelivery.Target(
            stream: call.stream, kind: .call, organization: call.organization, lane: call.lane)
        let known = facts.map { fact in
            guard let owner, owner.organization == call.organization else { return fact }
            return Self.answered(by: owner, fact)
        }
        self.init(.applied, target, known)
    }

    /// Who answers for us is known to us alone.
    private static func answered(by owner: LegFindings.Owner, _ fact: CallEvent) -> CallEvent {
        guard case .callReceived(var received) = fact else { return fact }
        received.agent = owner.agent.map { AgentID(value: $0.value) }
        received.agentVersion = owner.agentVersion.map { Int($0) }
        return .callReceived(received)
    }
}
