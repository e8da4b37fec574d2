package import Domain

/// One step of a call that was run again.
package struct ReplayedStep: Sendable {
    /// From 1 on.
    package let number: Int
    package let traced: TraceStep
    package let before: Conversation
    package let after: Conversation
    package let effects: [Effect]
    /// Its effects are those of the call itself.
    package let isSame: Bool
}
