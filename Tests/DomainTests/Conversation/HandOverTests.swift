import ConversationLaws
import Domain
import Testing

/// A call that is let go by one process and taken over by another, which has the log and nothing else.
struct HandOverTests {
    private static let greeting = "Hello and welcome to the house of tables. How may I help you today?"

    /// The caller has asked for something at three seconds.
    private static func asked(_ text: String) -> Script {
        var script = Script { $0.lines.greeting = "Hello." }
        script.voice(100, each: 500)
        script.speech = [1_000..<2_000]
        script.final(2_100, text)
        script.run(to: 3_000)
        return script
    }

    @Test func `in the middle of a word what was heard is written down, and the rest is said elsewhere`() throws {
        var script = Script { $0.lines.greeting = Self.greeting }
        script.voice(100, each: 3_000)
        script.at(4_000, .control(.letGo))
        #expect(script.call.isLetGo && script.call.isOver && script.ended == nil)
        let heard = try #require(script.spoken.last?.heard.revealed)
        #expect(heard.count > 20 && heard.count < Self.greeting.count && Self.greeting.hasPrefix(heard))
        #expect(script.facts.last == .mediaLost(MediaLost(media: "m1", reason: .closedByUs)))
        #expect(script.lines.contains("4000 clear"))

        let past = try #require(CallSoFar(script.stream))
        #expect(past.lostAt == Script.start.after(4_000) && past.count == 1)
        var next = Script(taking: past) { $0.lines.greeting = Self.greeting }
        next.voice(200, each: 2_000)
        next.run(to: 4_000)
        let rest = try #require(next.spoken.last)
        #expect("\(heard) \(rest.heard.revealed)" == Self.greeting && !rest.isInterrupted)
        #expect(
            next.facts.first
                == .mediaResumed(
                    MediaResumed(media: "m1", codec: .pcmu, sampleRate: 8_000, gap: 0)))
    }

    @Test func `who was not answered yet is answered elsewhere, and the model knows what was said`() throws {
        var script = Self.asked("where is my card")
        #expect(script.thinkRequests.count >= 1)
        script.at(3_200, .control(.letGo))
        let past = try #require(CallSoFar(script.stream))
        var next = Script(taking: past) { $0.lines.greeting = "Hello." }
        let asked = try #require(next.thinkRequests.first)
        let texts = asked.messages.map { message in
            switch message {
            case .agent(_, let text, _), .caller(_, let text): text.revealed
            default: "?"
            }
        }
        #expect(texts == ["Hello.", "where is my card"])
        #expect(asked.turn != nil)
        next.reply(300, "It was sent on Monday.")
        next.voice(400, each: 1_000)
        next.run(to: 3_000)
        #expect(next.spoken.map(\.heard.revealed) == ["It was sent on Monday."])
    }

    @Test func `whoever is in the middle of a turn is not told that it has ended, and is answered`() throws {
        var script = Script { $0.lines.greeting = "Hello." }
        script.voice(100, each: 500)
        script.speech = [1_000..<4_000]
        script.partial(1_900, "my number is")
        script.at(2_000, .control(.letGo))
        let types = script.facts.map(\.type)
        #expect(!types.contains(.turnEnded) && types.suffix(2) == [.callerSaid, .mediaLost])
        let past = try #require(CallSoFar(script.stream))
        guard case .reply(_?) = past.owed, case .caller(_, let text)? = past.messages.last else {
            Issue.record("\(past)")
            return
        }
        #expect(text.revealed == "my number is")
    }

    @Test func `a tool that nobody waits for any more has failed for the model, and its answer is still a fact`() throws
    {
        var script = Self.asked("where is my card")
        script.put(
            .toolAsked(script.lastReply, ToolRequest(key: "k", name: "look", arguments: Private(.object([:])))))
        script.put(.replied(script.lastReply, ReplyOutcome(finish: .toolCalls)))
        let tool = try #require(script.toolOrders.first?.toolCall)
        script.at(3_200, .control(.letGo))
        let past = try #require(CallSoFar(script.stream))
        #expect(past.messages.last == .toolFailed(tool, key: "\(tool)", .cancelled))
        guard case .reply(_?) = past.owed else { return #expect(Bool(false), "\(past.owed)") }
        script.at(3_400, .toolReturned(tool, Private(.bool(true))))
        #expect(script.facts.last?.type == .toolReturned)
    }

    @Test func `what only its own process can see to its end is ended`() {
        var script = Script { $0.lines.greeting = "Hello." }
        script.at(100, .control(.transfer(target: Private("+15550100077"), .blind)))
        script.voice(200, each: 300)
        script.run(to: 2_000)
        #expect(script.transfers.count == 1 && !script.call.mayBeHandedOver)
        script.at(2_100, .control(.letGo))
        #expect(script.ended?.reason == .stopped && !script.call.isLetGo)
        #expect(CallSoFar(script.stream) == nil)
    }

    @Test func `a call is taken over once for each time that it was let go`() throws {
        var script = Self.asked("where is my card")
        #expect(CallSoFar(script.stream) == nil, "nobody has let it go")
        script.at(3_200, .control(.letGo))
        let first = script.stream
        let past = try #require(CallSoFar(first))
        var next = Script(taking: past)
        next.run(to: 1_000)
        #expect(CallSoFar(first + next.stream) == nil, "somebody has it")
        next.at(1_200, .control(.letGo))
        #expect(CallSoFar(first + next.stream)?.count == 2)
        // Nothing in the second place: it is the first thing or none.
        var late = Script()
        late.put(.tookOver(past))
        #expect(late.call.messages.isEmpty)
    }

    /// Names that models give to uses of tools stand in no log, nor do the notes of others.
    private static func comparable(_ messages: [Message]) -> [Message] {
        messages.compactMap { message in
            switch message {
            case .toolCalled(let id, _, let name, let arguments): .toolCalled(id, key: "", name: name, arguments)
            case .toolReturned(let id, _, let result): .toolReturned(id, key: "", result)
            case .toolFailed(let id, _, let fault): .toolFailed(id, key: "", fault)
            case .pressed: .pressed(Private(""))
            case .note: nil
            case .caller, .agent: message
            }
        }
    }

    @Test func `in random calls the log tells the model what the call itself would`() throws {
        var (letGo, lengths) = (0, 0)
        for seed in UInt64(1)...600 {
            let random = InterruptedCall(seed: seed)
            guard random.wasLetGo else { continue }
            letGo += 1
            let told = Self.comparable(random.call.messages)
            let read = Self.comparable(try #require(CallSoFar(random.facts), "seed \(seed)").messages)
            lengths += told.count
            #expect(Array(read.prefix(told.count)) == told, "seed \(seed)")
            let more = read.dropFirst(told.count).filter {
                switch $0 {
                case .toolFailed(_, _, .cancelled), .caller: false
                default: true
                }
            }
            #expect(more.isEmpty, "seed \(seed): \(more)")
        }
        #expect(letGo > 200 && lengths > 500)
    }
}
