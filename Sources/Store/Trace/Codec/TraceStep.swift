package import Domain

/// One input of a traced call, and what is known of what came of it then.
package struct TraceStep: Hashable, Sendable {
    package var at: Instant
    package var input: Input
    /// The names of its effects, in order.
    package var effects: [String]
    /// Of all effects up to here; nil where the step has none.
    package var digest: UInt16?
}
