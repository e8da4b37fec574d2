/// `billing.subscription_changed`: what the organization has subscribed to, or how that stands, is another thing now.
package struct SubscriptionChanged: Hashable, Sendable {
    /// Who collects the money; the names below are its own.
    package var provider: String
    package var subscription: String
    package var customer: String?
    package var status: SubscriptionStatus
    package var plan: String?
    package var paidUntil: Instant?
    package var endsThen: Bool

    package init(
        provider: String, subscription: String, customer: String? = nil, status: SubscriptionStatus,
        plan: String? = nil, paidUntil: Instant? = nil, endsThen: Bool
    ) {
        self.provider = provider
        self.subscription = subscription
        self.customer = customer
        self.status = status
        self.plan = plan
        self.paidUntil = paidUntil
        self.endsThen = endsThen
    }
}
