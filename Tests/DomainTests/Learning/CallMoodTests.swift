import Domain
import Testing

/// How a caller felt, as it is told to whoever speaks with them next.
struct CallMoodTests {
    private static func told(_ moods: [Double?]) throws -> (call: FinishedCall, scored: [EventID]) {
        var call = ToldCall()
        for mood in moods {
            call.caller("so it is", mood: mood)
            call.agent("I see.")
        }
        call.end()
        let scored = call.facts.filter { if case .sentimentScored? = $0.event { true } else { false } }.map(\.id)
        return (try #require(call.finished), scored)
    }

    @Test(arguments: [
        ([0.5], "content"), ([0], "calm"), ([-0.2], "calm"), ([-0.21], "unhappy"), ([-0.5], "upset"),
        ([0.2, 0.21], "calm at first and content at the end,"),
        ([-0.9, 0.5], "upset at first and content at the end,"),
        ([0.5, -0.9, 0.1], "content at first, upset in between and calm at the end,"),
        // No worse than the end.
        ([0.5, -0.6, -0.9, -0.7], "content at first and upset at the end,"),
    ])
    func `a call is what it began as, its low, and what it ended as`(moods: [Double], words: String) throws {
        let (call, scored) = try Self.told(moods.map { $0 })
        let mood = try #require(CallMood(call))
        #expect(mood.content.revealed == "Seemed \(words) in an earlier call.")
        #expect(mood.events == scored && scored.count == moods.count)
    }

    @Test func `turns that nobody scored are not there, and a call without a score teaches nothing`() throws {
        let (call, scored) = try Self.told([nil, -0.25, nil, 0.5])
        let mood = try #require(CallMood(call))
        #expect(mood.events == scored && scored.count == 2)
        #expect(
            mood.metadata.revealed
                == .object([
                    "first": .fractional(-0.25), "lowest": .fractional(-0.25), "last": .fractional(0.5),
                    "mean": .fractional(0.125), "turns": .integer(2),
                ]))
        #expect(CallMood(try Self.told([nil, nil]).call) == nil)
    }
}
