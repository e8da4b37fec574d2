import Crypto
import Store
import Testing

/// What a process remembers of legs.
struct LegMemoryTests {
    private static func call(_ number: Int) -> LegFindings.Call {
        LegFindings.Call(stream: UUID(value: UInt128(number)), organization: UUID(value: 1), lane: 3)
    }

    @Test func `a leg is remembered for one generation at least, and no more than two are kept`() {
        let memory = LegMemory()
        let most = LegMemory.generationMax
        for number in 0...most { memory.remember(Self.call(number), of: "v3:\(number)", at: "telnyx") }
        #expect(memory.call(of: "v3:0", at: "telnyx")?.stream == UUID(value: 0))
        #expect(memory.call(of: "v3:0", at: "twilio") == nil)
        for number in most + 1..<2 * most { memory.remember(Self.call(number), of: "v3:\(number)", at: "telnyx") }
        #expect(memory.call(of: "v3:0", at: "telnyx") != nil)
        memory.remember(Self.call(2 * most), of: "v3:\(2 * most)", at: "telnyx")
        #expect(memory.call(of: "v3:0", at: "telnyx") == nil)
        #expect(memory.call(of: "v3:\(most)", at: "telnyx") != nil)
        memory.forget("v3:\(most)", at: "telnyx")
        #expect(memory.call(of: "v3:\(most)", at: "telnyx") == nil)
    }
}
