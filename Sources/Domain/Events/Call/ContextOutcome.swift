/// What became of asking for what is known of the other side.
package enum ContextOutcome: String, Hashable, Sendable, CaseIterable {
    /// It was answered. Nothing known is an answer, too.
    case loaded
    /// The call went on without it. An answer that still comes is told by another event.
    case late
    case failed
}
