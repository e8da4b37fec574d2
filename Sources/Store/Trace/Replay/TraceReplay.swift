package import Domain

/// Runs a traced call again, step by step. The same code makes the same effects of it, ids and all; another may not, and then it
/// shows where.
package struct TraceReplay {
    package let trace: TraceReading
    package private(set) var conversation: Conversation
    private var digest = EffectsDigest()
    private var number = 0

    package init(_ trace: TraceReading) {
        self.trace = trace
        conversation = trace.opening.conversation()
    }

    /// Nil behind the last step.
    package mutating func next() -> ReplayedStep? {
        guard trace.steps.indices.contains(number) else { return nil }
        let step = trace.steps[number]
        number += 1
        let before = conversation
        var effects: [Effect] = []
        conversation.handle(step.input, at: step.at, into: &effects)
        if !effects.isEmpty { digest.add(effects) }
        let isSame = effects.map(\.name) == step.effects && (effects.isEmpty ? nil : digest.short) == step.digest
        return ReplayedStep(
            number: number, traced: step, before: before, after: conversation, effects: effects, isSame: isSame)
    }

    /// Whether all effects so far are those of the call; nil where the trace does not say.
    package var hasSameEnd: Bool? { trace.effectsDigest.map { $0 == digest.value } }
}
