/// `pattern.learned`: calls that went well have something in common.
package struct PatternLearned: Hashable, Sendable {
    package var kind: String
    package var summary: Private<String>
    package var details: Private<Freeform>?
    package var agent: AgentID?
    package var successRate: Fraction?
    package var provenance: Provenance?

    package init(
        kind: String, summary: Private<String>, details: Private<Freeform>? = nil, agent: AgentID? = nil,
        successRate: Fraction? = nil, provenance: Provenance? = nil
    ) {
        self.kind = kind
        self.summary = summary
        self.details = details
        self.agent = agent
        self.successRate = successRate
        self.provenance = provenance
    }
}
