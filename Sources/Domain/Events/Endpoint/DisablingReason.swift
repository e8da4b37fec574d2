/// Why an endpoint was given up.
package enum DisablingReason: String, Hashable, Sendable, CaseIterable {
    /// It said so itself: 410.
    case gone
    /// For days nothing arrived.
    case failing
}
