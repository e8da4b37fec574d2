import ConversationLaws
import Domain
import Store
import Testing

/// A call that is read in parts, by one after the other.
struct CallReadingTests {
    @Test func `whoever goes on from what another one wrote down comes to the same`() throws {
        var pasts = 0
        for seed in UInt64(1)...200 {
            let facts = InterruptedCall(seed: seed).facts
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
            for fact in InterruptedCall(seed: seed).facts {
                if let event = fact.event { reading.take(event, at: fact.at) }
            }
            bytes = reading.bytes
        }
        try #require(bytes.count >= 100)
        for length in bytes.indices {
            #expect(throws: TraceFault.self) { try CallReading(bytes[..<length]) }
        }
        #expect(throws: TraceFault.self) { try CallReading((bytes + [0])[...]) }
    }
}
