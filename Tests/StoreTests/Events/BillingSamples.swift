import Domain

enum BillingSamples {
    static let facts: [Fact] = [
        .billing(
            .subscriptionChanged(
                SubscriptionChanged(
                    provider: "stripe", subscription: "sub_1", customer: "cus_1", status: .pastDue, plan: "price_1",
                    paidUntil: Instant(microseconds: 1_795_000_000_000_000), endsThen: true))),
        .billing(
            .paymentReceived(
                PaymentReceived(
                    provider: "stripe", invoice: "in_1", subscription: "sub_1", amount: 49_000_000, currency: "EUR"))),
        .billing(
            .paymentFailed(PaymentFailed(provider: "stripe", invoice: "in_2", amount: 49_000_000, currency: "EUR"))),
    ]
}

extension SubscriptionStatus: Arbitrary {}

extension SubscriptionChanged: Arbitrary {
    static func any(_ dice: inout Dice) -> SubscriptionChanged {
        SubscriptionChanged(
            provider: .any(&dice), subscription: .any(&dice), customer: .any(&dice), status: .any(&dice),
            plan: .any(&dice), paidUntil: .any(&dice), endsThen: .any(&dice))
    }
}

extension PaymentReceived: Arbitrary {
    static func any(_ dice: inout Dice) -> PaymentReceived {
        PaymentReceived(
            provider: .any(&dice), invoice: .any(&dice), subscription: .any(&dice), amount: .any(&dice),
            currency: .any(&dice))
    }
}

extension PaymentFailed: Arbitrary {
    static func any(_ dice: inout Dice) -> PaymentFailed {
        PaymentFailed(
            provider: .any(&dice), invoice: .any(&dice), subscription: .any(&dice), amount: .any(&dice),
            currency: .any(&dice))
    }
}
