/// `context.loaded`: what the agent was told before it spoke.
package struct ContextLoaded: Hashable, Sendable {
    package var memories: [RecalledMemory]
    package var patterns: [RecalledPattern]
    package var took: Milliseconds?
    package var embeddingSpace: String?

    package init(
        memories: [RecalledMemory], patterns: [RecalledPattern], took: Milliseconds? = nil,
        embeddingSpace: String? = nil
    ) {
        self.memories = memories
        self.patterns = patterns
        self.took = took
        self.embeddingSpace = embeddingSpace
    }
}
