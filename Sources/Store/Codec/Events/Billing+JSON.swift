import Domain
import Wire

extension SubscriptionStatus: JSONField {}

extension SubscriptionChanged: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            provider: try fields("provider"),
            subscription: try fields("subscription_ref"),
            customer: try fields.optional("customer_ref"),
            status: try fields("status"),
            plan: try fields.optional("plan"),
            paidUntil: try fields.optional("paid_until"),
            endsThen: try fields("ends_then")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("provider", provider)
        json.put("subscription_ref", subscription)
        json.put("customer_ref", customer)
        json.put("status", status)
        json.put("plan", plan)
        json.put("paid_until", paidUntil)
        json.put("ends_then", endsThen)
    }
}

extension PaymentReceived: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            provider: try fields("provider"),
            invoice: try fields("invoice_ref"),
            subscription: try fields.optional("subscription_ref"),
            amount: try fields("amount_micros"),
            currency: try fields("currency")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("provider", provider)
        json.put("invoice_ref", invoice)
        json.put("subscription_ref", subscription)
        json.put("amount_micros", amount)
        json.put("currency", currency)
    }
}

extension PaymentFailed: Fieldwise {
    init(_ fields: Fields) throws(CodecError) {
        self.init(
            provider: try fields("provider"),
            invoice: try fields("invoice_ref"),
            subscription: try fields.optional("subscription_ref"),
            amount: try fields("amount_micros"),
            currency: try fields("currency")
        )
    }

    func write(to json: inout JSONWriter) {
        json.put("provider", provider)
        json.put("invoice_ref", invoice)
        json.put("subscription_ref", subscription)
        json.put("amount_micros", amount)
        json.put("currency", currency)
    }
}
