import Crypto
import Domain
import HTTP
import Postgres
import Providers
import Service
import Store
import Wire

/// Takes what carriers tell of calls.
struct CallDesk: Sendable {
    let finder: LogHandle

    func take(
        _ notice: CarrierNotice, signedAt: Timestamp?, body: [UInt8], through pool: PostgresPool
    ) async throws -> WebhookVerdict {
        let inbox = WebhookInbox(try await finder.log(through: pool))
        let digest = HashFunction.sha256.digest(of: body)
        for _ in 0..<DoorLimits.triesMax {
            let findings = try await findings(notice, through: pool)
            let decision = CallDecision(notice, findings, fresh: .v7())
            var delivery = WebhookDelivery(
                provider: notice.carrier.rawValue, id: notice.id, signedAt: signedAt, bodyDigest: digest,
                verdict: decision.verdict, leg: findings == nil ? nil : notice.leg?.control,
                legStream: findings?.known?.stream,
                target: decision.target)
            delivery.events = try decision.facts.enumerated().map { index, fact in
                try NewEvent(.call(fact), id: notice.eventID(index), at: notice.at, meta: Self.meta(of: notice))
            }
            if case .taken(let verdict) = try await inbox.take(delivery, through: pool) { return verdict }
        }
        var problem = Problem(.serviceUnavailable, "call_is_busy", detail: "send it again in a moment")
        problem.headers.set(.retryAfter, "1")
        throw problem
    }

    private func findings(_ notice: CarrierNotice, through pool: PostgresPool) async throws -> LegFindings? {
        guard let leg = notice.leg, !notice.facts.isEmpty else { return nil }
        var (call, number): (UUID?, String?) = (nil, nil)
        if case .tagged(let tag) = notice.standing { call = tag.call.uuid }
        if case .incoming(let to) = notice.standing { number = to.revealed }
        return try await LegFindings.read(
            carrier: notice.carrier.rawValue, leg: leg.control, call: call, number: number, through: pool)
    }

    private static func meta(of notice: CarrierNotice) -> EventMeta {
        EventMeta(request: WorkContext.current.request?.description, actor: .carrier(notice.carrier.rawValue))
    }
}
