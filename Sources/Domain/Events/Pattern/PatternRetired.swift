/// `pattern.retired`: the pattern is no longer given to agents.
package struct PatternRetired: Hashable, Sendable {
    package var reason: RetirementReason
    package var successRate: Fraction?

    package init(reason: RetirementReason, successRate: Fraction? = nil) {
        self.reason = reason
        self.successRate = successRate
    }
}
