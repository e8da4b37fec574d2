/// Why sound over our speech was no interruption.
package enum DismissalReason: String, Hashable, Sendable, CaseIterable {
    /// “Mhm”: the caller listens.
    case backchannel
    case tooShort = "too_short"
    case noise
    case echo
}
