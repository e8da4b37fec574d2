/// `pattern.reinforced`: a call used the pattern, and says how that went.
package struct PatternReinforced: Hashable, Sendable {
    package var success: Bool?
    package var successRate: Fraction?
    package var uses: Int
    package var provenance: Provenance?

    package init(success: Bool? = nil, successRate: Fraction? = nil, uses: Int, provenance: Provenance? = nil) {
        self.success = success
        self.successRate = successRate
        self.uses = uses
        self.provenance = provenance
    }
}
