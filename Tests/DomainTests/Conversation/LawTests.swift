import ConversationLaws
import Domain
import Testing

/// What must hold of every call. `Tests/Fuzz/run conversation` plays many more of them.
struct LawTests {
    private static let seeds: ClosedRange<UInt64> = 1...2_000

    @Test func `every law holds in random calls`() {
        var moves: Set<Move> = []
        var ends: Set<EndedReason> = []
        for seed in Self.seeds {
            let call = RandomCall(seed: seed)
            if let breach = call.breach { Issue.record("seed \(seed): \(breach)") }
            moves.formUnion(call.moves)
            if let end = call.endedAs { ends.insert(end) }
        }
        // The world is rich enough to get everywhere.
        let causes = Set(moves.map(\.cause))
        for cause in Cause.allCases { #expect(causes.contains(cause), "nothing was moved by \(cause)") }
        #expect(ends.isSuperset(of: [.stopped, .transferred, .voicemailReached, .callerHungUp]))
    }

    @Test(arguments: [3, 14, 15, 92, 65, 358, 979, 323] as [UInt64])
    func `the same inputs give the same effects, ids included`(seed: UInt64) {
        let call = RandomCall(seed: seed, keeps: true)
        #expect(call.effects.count > 20)
        #expect(call.again() == call.effects)
        #expect(RandomCall(seed: seed, keeps: true).effects == call.effects)
    }
}
