/// How much a key may ask for.
package enum RateTier: String, Hashable, Sendable, CaseIterable {
    case standard
    case high
}
