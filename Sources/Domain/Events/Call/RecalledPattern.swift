/// A pattern that the agent was given.
package struct RecalledPattern: Hashable, Sendable {
    package var pattern: PatternID
    package var similarity: Score?

    package init(pattern: PatternID, similarity: Score? = nil) {
        self.pattern = pattern
        self.similarity = similarity
    }
}
