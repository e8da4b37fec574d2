/// `billing.payment_failed`: money did not come in when it was due.
package struct PaymentFailed: Hashable, Sendable {
    /// Who collects the money; the names below are its own.
    package var provider: String
    package var invoice: String
    package var subscription: String?
    /// In millionths of the currency.
    package var amount: Int64
    package var currency: String

    package init(provider: String, invoice: String, subscription: String? = nil, amount: Int64, currency: String) {
        self.provider = provider
        self.invoice = invoice
        self.subscription = subscription
        self.amount = amount
        self.currency = currency
    }
}
