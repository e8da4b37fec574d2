/// How a subscription stands with whoever collects the money.
package enum SubscriptionStatus: String, Hashable, Sendable, CaseIterable {
    case incomplete
    case trialing
    case active
    case pastDue = "past_due"
    case unpaid
    case paused
    case cancelled
}
