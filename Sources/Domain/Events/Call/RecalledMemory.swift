/// A memory that the agent was given, as it read then.
package struct RecalledMemory: Hashable, Sendable {
    package var memory: MemoryID
    package var version: Int?
    package var similarity: Score?

    package init(memory: MemoryID, version: Int? = nil, similarity: Score? = nil) {
        self.memory = memory
        self.version = version
        self.similarity = similarity
    }
}
