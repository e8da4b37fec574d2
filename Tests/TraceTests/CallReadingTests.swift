import ConversationLaws
import Domain
import Store
import Testing

/// A call that is read in parts, by one after the other.
struct CallReadingTests {
    private static func facts(_ seed: UInt64) -> [CallFact] {
        let played = RandomCall(seed: seed, keeps: true)
        var call = Conversation(RandomCall.settings(of: seed), seed: seed, at: played.inputs[0].0)
        var facts: [CallFact] = []
        func handle(_ input: Input, at instant: Instant) {
            var effects: [Effect] = []
            call.handle(input, at: instant, into: &effects)
            for case .record(let event) in effects {
                facts.append(CallFact(version: Int32(facts.count + 1), id: EventID(value: 1), at: instant, event))
            }
        }
        let inputs = played.inputs.prefix(Int(seed % 200) + 10)
        for (instant, input) in inputs { handle(input, at: instant) }
        if call.mayBeHandedOver, let last = inputs.last?.0 { handle(.control(.letGo), at: last) }
        return facts
    }

    @Test func `whoever goes on from what another one wrote down comes to the same`() throws {
        var pasts = 0
        for seed in UInt64(1)...200 {
            let facts = Self.facts(seed)
            let cut = Int(seed * 7) % (facts.count + 1)
            var first = CallReading()
            for fact in facts[..<cut] { if let event = fact.event { first.take(event, at: fact.at) } }
            var second = try CallReading(first.bytes[...])
            #expect(second == first, "seed \(seed)")
            for fact in facts[cut...] { if let event = fact.event { second.take(event, at: fact.at) } }
            #expect(second.past == CallSoFar(facts), "seed \(seed)")
            if second.past != nil { pasts += 1 }
        }
        #expect(pasts > 60)
    }

    @Test func `what breaks off, or goes on behind its end, is no call`() throws {
        var bytes: [UInt8] = []
        for seed in UInt64(1)...50 where bytes.count < 100 {
            var reading = CallReading()
            for fact in Self.facts(seed) { if let event = fact.event { reading.take(event, at: fact.at) } }
            bytes = reading.bytes
        }
        try #require(bytes.count >= 100)
        for length in bytes.indices {
            #expect(throws: TraceFault.self) { try CallReading(bytes[..<length]) }
        }
        #expect(throws: TraceFault.self) { try CallReading((bytes + [0])[...]) }
    }
}
