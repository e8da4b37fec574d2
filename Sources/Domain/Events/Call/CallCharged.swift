/// `call.charged`: what the carrier takes for one leg, in millionths of the currency.
package struct CallCharged: Hashable, Sendable {
    package var leg: CarrierLeg
    package var amount: Int64
    package var currency: String
    package var billedFor: Milliseconds?

    package init(leg: CarrierLeg, amount: Int64, currency: String, billedFor: Milliseconds? = nil) {
        self.leg = leg
        self.amount = amount
        self.currency = currency
        self.billedFor = billedFor
    }
}
