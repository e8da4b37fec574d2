/// What sort of thing calls may have in common.
package enum PatternKind: String, Hashable, Sendable, CaseIterable {
    /// Which tools were used, in which order.
    case toolPath = "tool_path"
    /// What the agent did when it was interrupted, or the caller was upset.
    case recovery
    /// How the agent said what the caller was content with.
    case phrasing
    /// How long the agent waited for the caller to go on.
    case turnTaking = "turn_taking"
    /// What the agent did in which situation, as a model sees it that looks at the call.
    case handling
}

/// A pattern in one call, and how that call went.
package struct PatternSighting: Hashable, Sendable {
    package let kind: PatternKind
    /// What makes it the same pattern in another call.
    package let key: String
    package let summary: Private<String>
    package let details: Private<Freeform>
    package let success: Bool
    /// Those that show it.
    package let events: [EventID]
}
