/// Why a pattern is no longer used.
package enum RetirementReason: String, Hashable, Sendable, CaseIterable {
    case underperformed
    case superseded
    case byUser = "by_user"
}
