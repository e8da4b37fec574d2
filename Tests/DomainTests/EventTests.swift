import Domain
import Testing

struct EventTests {
    @Test func `every owner of a fault has reasons, and no reason has two names`() {
        #expect(Set(EndedReason.allCases.map(\.faultOwner)) == Set(FaultOwner.allCases))
        #expect(EndedReason.allCases.count == 38)
        #expect(Set(EndedReason.allCases.map(\.rawValue)).count == EndedReason.allCases.count)
    }

    @Test(arguments: [
        (EndedReason.callerHungUp, FaultOwner.caller), (.voicemailReached, .callee), (.mediaLost, .carrier),
        (.modelFailed, .provider), (.processLost, .us),
    ])
    func `a reason is put down to its owner`(reason: EndedReason, owner: FaultOwner) {
        #expect(reason.faultOwner == owner)
    }

    @Test(arguments: EventType.allCases)
    func `types are named subject, dot, what happened`(type: EventType) {
        #expect(type.rawValue.contains(/^[a-z_]+\.[a-z_]+$/))
    }

    @Test func `an agent's own events stand in its stream, and what it does in the call's`() {
        #expect(EventType.agentPublished.stream == .agent)
        #expect(EventType.agentSpoke.stream == .call)
        #expect(EventType.apiKeyRevoked.stream == .apiKey)
    }

    @Test func `a pattern takes all types, a family or one, and is none if it takes nothing`() throws {
        let taken = try ["*", "call.*", "call.ended"].map { text in
            let pattern = try #require(EventPattern(text))
            return EventType.allCases.filter { pattern.takes($0.rawValue) }.count
        }
        #expect(taken[0] == EventType.allCases.count && taken[2] == 1)
        #expect(taken[1] == EventType.allCases.filter { $0.rawValue.hasPrefix("call.") }.count)
        for text in ["", "call", "call.", "calls.*", "call.end", ".*", "*.*", "call.*.x", "c*", "**"] {
            #expect(EventPattern(text) == nil, "\(text)")
        }
        #expect(try !#require(EventPattern("call.*")).takes("caller.said"))
    }
}
