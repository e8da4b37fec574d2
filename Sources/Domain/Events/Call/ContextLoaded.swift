/// `context.loaded`: what the agent was told before it spoke, or why it was told nothing.
package struct ContextLoaded: Hashable, Sendable {
    package var memories: [RecalledMemory]
    package var patterns: [RecalledPattern]
    package var took: Milliseconds?
    package var embeddingSpace: String?
    /// Whom the number belongs to; none if nobody is known by it.
    package var customer: CustomerID?
    package var outcome: ContextOutcome?
    /// None for what was asked for when the call began.
    package var source: ContextSource?

    package init(
        memories: [RecalledMemory], patterns: [RecalledPattern], took: Milliseconds? = nil,
        embeddingSpace: String? = nil, customer: CustomerID? = nil, outcome: ContextOutcome? = nil,
        source: ContextSource? = nil
    ) {
        self.memories = memories
        self.patterns = patterns
        self.took = took
        self.embeddingSpace = embeddingSpace
        self.customer = customer
        self.outcome = outcome
        self.source = source
    }
}
