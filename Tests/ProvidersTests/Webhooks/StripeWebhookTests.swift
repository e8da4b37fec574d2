import Domain
import Providers
import Testing

/// What Stripe's events become.
@Suite struct StripeWebhookTests {
    static func body(_ type: String, _ object: String) -> [UInt8] {
        Array(
            #"{"id":"evt_1","object":"event","created":1795000000,"type":"\#(type)","data":{"object":\#(object)}}"#.utf8
        )
    }

    static let organization = "0198c5a2-7a00-7000-8000-0000000000a1"

    static func subscription(_ status: SubscriptionStatus, ends: Bool = false) -> BillingEvent {
        .subscriptionChanged(
            SubscriptionChanged(
                provider: "stripe", subscription: "sub_1", customer: "cus_1", status: status, plan: "price_1",
                paidUntil: Instant(microseconds: 1_796_000_000_000_000), endsThen: ends))
    }

    static let old =
        #"{"id":"sub_1","customer":"cus_1","status":"active","current_period_end":1796000000,"items":{"data":[{"price":{"id":"price_1"}}]},"metadata":{"organization_id":"\#(organization)"}}"#
    static let new =
        #"{"id":"sub_1","customer":{"id":"cus_1"},"status":"canceled","cancel_at_period_end":true,"items":{"data":[{"price":{"id":"price_1"},"current_period_end":1796000000}]}}"#
    static let paid =
        #"{"id":"in_1","customer":"cus_1","amount_paid":4900,"currency":"eur","parent":{"subscription_details":{"subscription":"sub_1","metadata":{"organization_id":"\#(organization)"}}}}"#
    static let failed = #"{"id":"in_2","customer":"cus_1","amount_due":500,"currency":"jpy","subscription":"sub_1"}"#

    static let facts: [([UInt8], BillingEvent?)] = [
        (body("customer.subscription.created", old), subscription(.active)),
        (body("customer.subscription.deleted", new), subscription(.cancelled, ends: true)),
        (
            body("invoice.paid", paid),
            .paymentReceived(
                PaymentReceived(
                    provider: "stripe", invoice: "in_1", subscription: "sub_1", amount: 49_000_000, currency: "EUR"))
        ),
        (
            body("invoice.payment_failed", failed),
            .paymentFailed(
                PaymentFailed(
                    provider: "stripe", invoice: "in_2", subscription: "sub_1", amount: 500_000_000, currency: "JPY"))
        ),
        (body("invoice.paid", #"{"id":"in_1","amount_paid":9223372036854775807,"currency":"eur"}"#), nil),
        (body("customer.subscription.updated", #"{"id":"sub_1","status":"something_new"}"#), nil),
        (body("charge.refunded", "{}"), nil), (body("something.new", "{}"), nil),
    ]

    @Test(arguments: facts.indices)
    func `an event becomes what it means`(index: Int) throws {
        let (body, fact) = Self.facts[index]
        let webhook = try StripeWebhook(body)
        #expect(webhook.fact == fact)
        #expect(webhook.id == "evt_1" && webhook.at == Instant(microseconds: 1_795_000_000_000_000))
    }

    @Test func `an event says whose it is`() throws {
        for (body, isOurs) in [
            (Self.body("customer.subscription.created", Self.old), true), (Self.body("invoice.paid", Self.paid), true),
            (Self.body("invoice.payment_failed", Self.failed), false),
        ] {
            let webhook = try StripeWebhook(body)
            #expect(webhook.customer == "cus_1")
            #expect(webhook.organization?.description == (isOurs ? Self.organization : nil))
        }
    }

    @Test(arguments: [
        ("[", "body"), ("{}", "id"), (#"{"id":"e"}"#, "type"), (#"{"id":"e","type":"t"}"#, "created"),
        (#"{"id":"e","type":"t","created":1}"#, "data.object"),
    ])
    func `what is no event is refused by the place`(body: String, field: String) {
        #expect {
            try StripeWebhook(Array(body.utf8))
        } throws: { ($0 as? WebhookFault)?.field == field }
    }
}
