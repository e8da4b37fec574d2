package import Domain
import Wire

/// What Telnyx takes for a leg, all of its parts together.
package struct TelnyxCost: Hashable, Sendable {
    /// A leg lasts four hours at most.
    private static let secondsMax: Int64 = 86_400

    private let amount: Int64
    private let currency: String
    private let billedFor: Milliseconds?

    /// Nil where Telnyx could not reckon it, or reckoned in more than one currency.
    init?(_ payload: JSONValue) {
        guard payload["status"]?.text ?? "success" == "success", let total = payload["total_cost"],
            let amount = MicroAmount(total)
        else { return nil }
        var currencies: Set<String> = []
        if case .array(let parts)? = payload["cost_parts"] {
            currencies = Set(parts.compactMap { $0["currency"]?.text })
        }
        guard currencies.count <= 1 else { return nil }
        self.amount = amount.count
        // Accounts are in dollars where nothing else is said.
        currency = currencies.first ?? "USD"
        billedFor = payload["billed_duration_secs"]?.wholeNumber
            .flatMap { (0...Self.secondsMax).contains($0) ? Milliseconds($0 * 1000) : nil }
    }

    package func charge(of leg: CarrierLeg) -> CallCharged {
        CallCharged(leg: leg, amount: amount, currency: currency, billedFor: billedFor)
    }
}
