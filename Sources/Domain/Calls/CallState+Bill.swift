/// What a carrier takes for a leg.
package struct LegCharge: Hashable, Sendable {
    package var amount: Int64
    package var currency: String

    package init(amount: Int64, currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Absurd numbers must not make a sum overflow, and a carrier does not pay us.
    init(_ event: CallCharged) {
        self.init(amount: min(max(event.amount, 0), CallMeasures.costMax), currency: event.currency)
    }
}

extension CallState {
    /// What it cost, as far as anybody told. Whoever settles it counts; where that says nothing of the line, what the carrier took for the
    /// call's legs does. Amounts of another currency are never added.
    package var bill: CallSettled? {
        guard let first = charges.values.min(by: { $0.rank < $1.rank }) else { return costs?.value }
        var bill = costs?.value ?? CallSettled(currency: first.value.currency)
        if bill.telephony == nil { bill.telephony = charged(in: bill.currency) }
        return bill
    }

    private func charged(in currency: String) -> Int64? {
        let amounts = charges.values.filter { $0.value.currency == currency }.map(\.value.amount)
        return amounts.isEmpty ? nil : amounts.reduce(0, +)
    }

    /// Whether the carrier has put our side on hold.
    package var isOnHold: Bool { end == nil && hold?.value == true }

    /// The carrier's queue that the call waits in.
    package var queue: String? { end == nil ? place?.value : nil }
}
