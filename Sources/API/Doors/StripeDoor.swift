import Crypto
import Domain
import HTTP
import Postgres
import Providers
import Service
import Store
import Wire

/// What Stripe tells of subscriptions and payments.
struct StripeDoor: Sendable {
    let door: Door
    let signature: StripeSignature
    let finder: LogHandle

    func route(_ pool: @escaping @Sendable () -> PostgresPool) -> Route {
        Route(
            .post, "/webhooks/stripe",
            Doors.words(
                "take_stripe_webhook", "Takes what Stripe tells of payments",
                "Signed with HMAC-SHA256 over `time.body`.")
        ) { (request: Request) in
            let signed = try door.signed(request)
            let at = try door.believed { () throws(WebhookRefusal) in try signature.check(signed, at: door.now()) }
            let webhook = try door.read { () throws(WebhookFault) in try StripeWebhook(request.body) }
            return door.answer(try await take(webhook, at, request.body, through: pool()))
        }
    }

    private func take(
        _ webhook: StripeWebhook, _ signedAt: Timestamp, _ body: [UInt8], through pool: PostgresPool
    ) async throws -> WebhookVerdict {
        var delivery = WebhookDelivery(
            provider: "stripe", id: webhook.id, signedAt: signedAt,
            bodyDigest: HashFunction.sha256.digest(of: body), verdict: .acknowledged)
        if let fact = webhook.fact {
            var organization = webhook.organization?.uuid
            if let customer = webhook.customer {
                organization =
                    try await LinkedAccounts.organization(of: customer, at: "stripe", through: pool) ?? organization
            }
            if let organization {
                // One stream for all that an organization pays.
                let stream: ID<Subject.Organization> = DerivedID.make("billing", organization.description)
                let event: EventID = DerivedID.make("notice", "stripe", webhook.id)
                delivery.verdict = .applied
                delivery.target = .init(stream: stream.uuid, kind: .billing, organization: organization)
                let meta = EventMeta(request: WorkContext.current.request?.description, actor: .system("stripe"))
                delivery.events = [try NewEvent(.billing(fact), id: event, at: webhook.at, meta: meta)]
            } else {
                delivery.verdict = .unknownSubject
            }
        }
        let inbox = WebhookInbox(try await finder.log(through: pool))
        guard case .taken(let verdict) = try await inbox.take(delivery, through: pool) else {
            throw PostgresError(.unexpectedAnswer)
        }
        return verdict
    }
}
