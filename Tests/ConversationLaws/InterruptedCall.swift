package import Domain

/// A random call that is let go somewhere in its middle, if it may be then, and what was written down of it.
package struct InterruptedCall {
    package private(set) var call: Conversation
    package private(set) var facts: [CallFact] = []
    package private(set) var wasLetGo = false

    package init(seed: UInt64) {
        let played = RandomCall(seed: seed, keeps: true)
        call = Conversation(RandomCall.settings(of: seed), seed: seed, at: played.inputs[0].0)
        let inputs = played.inputs.prefix(Int(seed % 200) + 10)
        for (instant, input) in inputs { handle(input, at: instant) }
        guard call.mayBeHandedOver, let last = inputs.last?.0 else { return }
        handle(.control(.letGo), at: last)
        wasLetGo = true
    }

    private mutating func handle(_ input: Input, at instant: Instant) {
        var effects: [Effect] = []
        call.handle(input, at: instant, into: &effects)
        for case .record(let event) in effects {
            facts.append(CallFact(version: Int32(facts.count + 1), id: EventID(value: 1), at: instant, event))
        }
    }
}
