/// What happens to what an organization pays.
package enum BillingEvent: Hashable, Sendable {
    case subscriptionChanged(SubscriptionChanged)
    case paymentReceived(PaymentReceived)
    case paymentFailed(PaymentFailed)

    package var type: EventType {
        switch self {
        case .subscriptionChanged: .subscriptionChanged
        case .paymentReceived: .paymentReceived
        case .paymentFailed: .paymentFailed
        }
    }
}
