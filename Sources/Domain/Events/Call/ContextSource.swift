/// What brought something to mind later than when the call began.
package enum ContextSource: String, Hashable, Sendable, CaseIterable {
    /// What the caller came with, compared with what is remembered of them.
    case firstWords = "first_words"
}
