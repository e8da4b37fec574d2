package import Domain
import HTTP

extension CarrierError {
    /// To send the same again would be refused again.
    package var isFinal: Bool {
        switch self {
        case .notConfigured, .unsupported, .refused, .badAnswer: true
        case .overloaded, .failed, .unreachable, .resting, .cancelled: false
        }
    }
}

extension CarrierOrder {
    /// Whether it may have been carried out, at a carrier that would not know it again: somebody would be called twice.
    package func isDangerousTwice(at carrier: Carrier, after error: CarrierError) -> Bool {
        guard carrier == .twilio, case .dial = command else { return false }
        switch error {
        case .failed: return true
        case .unreachable(let code): return RetryPlan.outcome(code) == .lost
        case .notConfigured, .unsupported, .refused, .overloaded, .resting, .badAnswer, .cancelled: return false
        }
    }
}

extension EndedReason {
    /// Telnyx' codes for numbers that can't be called.
    private static let badNumbers: Set<String> = ["10016", "90010"]
    /// And for as many calls at once as the account may have.
    private static let fullAccount: Set<String> = ["90041", "90042", "90043"]

    /// Why a call ended that the carrier would not begin.
    package init(refusal error: CarrierError) {
        switch error {
        case .refused(_, let code?) where Self.badNumbers.contains(code): self = .destinationInvalid
        case .refused(_, let code?) where Self.fullAccount.contains(code): self = .concurrencyLimitReached
        case .refused(let status, _) where status == 403: self = .destinationNotAllowed
        case .refused: self = .carrierRefused
        case .overloaded: self = .carrierCongested
        case .failed, .unreachable, .resting, .badAnswer: self = .carrierUnavailable
        case .notConfigured, .unsupported, .cancelled: self = .internalError
        }
    }
}
