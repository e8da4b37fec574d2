/// Why a memory is dropped.
package enum ForgettingReason: String, Hashable, Sendable, CaseIterable {
    case requested
    case wrong
    case superseded
    case expired
    case customerErased = "customer_erased"
}
