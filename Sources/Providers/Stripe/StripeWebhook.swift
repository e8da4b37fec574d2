import Crypto
package import Domain
import Wire

/// One event of Stripe: whose account it is of, and what it says of money.
package struct StripeWebhook: Hashable, Sendable {
    package let id: String
    package let type: String
    package let at: Instant
    /// Stripe's name for the organization.
    package let customer: String?
    /// What we had Stripe keep with a subscription.
    package let organization: OrganizationID?
    /// Nil if there is nothing in it that the log should know.
    package let fact: BillingEvent?

    package init(_ body: [UInt8]) throws(WebhookFault) {
        guard let document = try? JSONValue(json: body) else { throw .notJSON }
        guard let id = document["id"]?.text, !id.isEmpty else { throw .missing("id") }
        guard let type = document["type"]?.text, !type.isEmpty else { throw .missing("type") }
        guard let created = document["created"]?.wholeNumber, created >= 0 else { throw .missing("created") }
        guard let object = document["data"]?["object"] else { throw .missing("data.object") }
        self.id = id
        self.type = type
        at = Instant(microseconds: Timestamp(seconds: created).microseconds)
        customer = Self.reference(object["customer"]) ?? (type.hasPrefix("customer.") ? object["id"]?.text : nil)
        let invoiced = object["parent"]?["subscription_details"] ?? object["subscription_details"]
        let metadata = [object["metadata"], invoiced?["metadata"]].compactMap { $0?["organization_id"]?.text }
        organization = (metadata.first ?? object["client_reference_id"]?.text).flatMap { UUID($0) }
            .map { OrganizationID(value: $0.value) }
        fact = Self.fact(type, object)
    }

    /// A name, or the thing itself.
    private static func reference(_ value: JSONValue?) -> String? { value?.text ?? value?["id"]?.text }

    private static func fact(_ type: String, _ object: JSONValue) -> BillingEvent? {
        switch type {
        case "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
            "customer.subscription.paused", "customer.subscription.resumed":
            return subscription(object).map { .subscriptionChanged($0) }
        case "invoice.paid":
            return payment(object, object["amount_paid"]).map {
                .paymentReceived(
                    PaymentReceived(
                        provider: "stripe", invoice: $0.invoice, subscription: $0.subscription, amount: $0.amount,
                        currency: $0.currency))
            }
        case "invoice.payment_failed":
            return payment(object, object["amount_due"]).map {
                .paymentFailed(
                    PaymentFailed(
                        provider: "stripe", invoice: $0.invoice, subscription: $0.subscription, amount: $0.amount,
                        currency: $0.currency))
            }
        default: return nil
        }
    }

    private static func subscription(_ object: JSONValue) -> SubscriptionChanged? {
        guard let id = object["id"]?.text, let status = object["status"]?.text.flatMap(status) else { return nil }
        var item: JSONValue?
        if case .array(let items) = object["items"]?["data"] { item = items.first }
        // It has moved from the subscription to its items.
        let end = (object["current_period_end"] ?? item?["current_period_end"])?.wholeNumber
        var ends = false
        if case .bool(let flag) = object["cancel_at_period_end"] { ends = flag }
        return SubscriptionChanged(
            provider: "stripe", subscription: id, customer: reference(object["customer"]), status: status,
            plan: reference(item?["price"]),
            paidUntil: end.map { Instant(microseconds: Timestamp(seconds: $0).microseconds) }, endsThen: ends)
    }

    private static func status(_ word: String) -> SubscriptionStatus? {
        switch word {
        case "canceled", "incomplete_expired": .cancelled
        default: SubscriptionStatus(rawValue: word)
        }
    }

    private struct Payment {
        let invoice: String
        let subscription: String?
        let amount: Int64
        let currency: String
    }

    private static func payment(_ object: JSONValue, _ amount: JSONValue?) -> Payment? {
        guard let invoice = object["id"]?.text, let minor = amount?.wholeNumber,
            let currency = object["currency"]?.text?.uppercased(), currency.utf8.count == 3,
            let micros = micros(minor, currency)
        else { return nil }
        let details = object["parent"]?["subscription_details"]
        return Payment(
            invoice: invoice, subscription: reference(object["subscription"]) ?? reference(details?["subscription"]),
            amount: micros, currency: currency)
    }

    private static let withoutMinor: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    private static let withThousandths: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]

    /// In millionths of the currency; nil for more money than there is.
    private static func micros(_ minor: Int64, _ currency: String) -> Int64? {
        let factor: Int64 =
            withoutMinor.contains(currency) ? 1_000_000 : withThousandths.contains(currency) ? 1_000 : 10_000
        let (amount, overflow) = minor.multipliedReportingOverflow(by: factor)
        return overflow ? nil : amount
    }
}
