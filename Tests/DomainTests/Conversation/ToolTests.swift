import Domain
import Testing

/// Tools outlive the replies that asked for them.
struct ToolTests {
    /// A question is answered with uses of tools.
    private static func asked(
        _ tools: [(key: String, name: String, arguments: [String: Freeform])], saying words: String = "",
        _ change: (inout ConversationSettings) -> Void = { _ in }
    ) -> Script {
        var script = Script {
            $0.endpointing.speculates = false
            change(&$0)
        }
        script.speech = [1_000..<2_000]
        script.final(2_150, "Please look.")
        script.run(to: 2_600)
        let reply = script.lastReply
        if !words.isEmpty { script.put(.token(reply, words)) }
        for tool in tools {
            script.put(
                .toolAsked(
                    reply, ToolRequest(key: tool.key, name: tool.name, arguments: Private(.object(tool.arguments)))))
        }
        script.put(.replied(reply, ReplyOutcome(finish: .toolCalls)))
        return script
    }

    @Test func `several tools run beside each other, and the model goes on when all have returned`() {
        var script = Self.asked([("a", "look", [:]), ("b", "look", [:])])
        #expect(script.toolOrders.count == 2)
        #expect(Set(script.toolOrders.map(\.idempotencyKey)).count == 2)
        script.at(2_800, .toolReturned(script.toolOrders[1].toolCall, Private(.string("b"))))
        #expect(script.thinkRequests.count == 1)
        script.at(2_900, .toolReturned(script.toolOrders[0].toolCall, Private(.string("a"))))
        #expect(script.thinkRequests.count == 2)
        #expect(
            script.call.messages.map(\.words) == [
                "caller: Please look.", "called: look", "called: look", "returned", "returned",
            ])
        #expect(script.lines.contains("2600 thinking → thinking (tool_call)"))
    }

    @Test func `a tool asked for twice under one key is run once`() {
        let script = Self.asked([("a", "look", [:]), ("a", "look", [:])])
        #expect(script.toolOrders.count == 1)
        #expect(script.facts.count { if case .toolCalled = $0 { true } else { false } } == 1)
    }

    @Test func `an interruption does not lose a tool's result`() {
        var script = Self.asked([("a", "look", [:])], saying: "Let me see. ")
        script.voice(2_700, each: 3_000)
        script.speech.append(3_500..<4_300)
        script.partial(3_800, "wait please")
        script.run(to: 3_900)
        #expect(script.spoken.map(\.isInterrupted) == [true])
        script.at(4_000, .toolReturned(script.toolOrders[0].toolCall, Private(.string("found"))))
        #expect(script.lines.contains("4000 tool.returned K1"))
        script.final(4_450, "Wait please.")
        script.run(to: 4_800)
        #expect(script.toolOrders.count == 1)
        #expect(
            script.thinkRequests.last?.messages.map(\.words) == [
                "caller: Please look.", "called: look", "agent: Let", "returned", "caller: Wait please.",
            ])
    }

    @Test func `a slow tool is bridged with a filler, and given up at its deadline, and its late result still counts`()
    {
        var script = Self.asked([("a", "look", [:])])
        script.run(to: 3_400)
        #expect(script.lines.contains("3400 speak U1.0 “One moment, please.”"))
        script.voice(3_500, each: 800)
        script.run(to: 5_600)
        #expect(script.lines.contains("5600 tool.failed K1 timed_out"))
        #expect(script.lines.contains("5600 think R2 first"))
        script.at(6_000, .toolReturned(script.toolOrders[0].toolCall, Private(.string("late"))))
        #expect(script.lines.contains("6000 tool.returned K1"))
        #expect(script.call.messages.last?.words == "returned")
    }

    @Test func `a tool's own filler is said first, and once`() {
        var script = Self.asked([("a", "look", [:])]) {
            $0.tools = [ToolDefinition(name: "look", timeout: 30_000, filler: "I am asking the bank.")]
        }
        script.run(to: 3_400)
        #expect(script.lines.contains("3400 speak U1.0 “I am asking the bank.”"))
        script.voice(3_500, each: 800)
        script.run(to: 15_000)
        let said = script.lines.filter { $0.contains(" speak ") }
        #expect(said.count { $0.contains("I am asking the bank.") } == 1)
        #expect(said.contains { $0.contains("One moment, please.") })
    }

    /// With a tool that was asked at 2,600.
    private static func holding(_ change: (inout ConversationSettings) -> Void = { _ in }) -> Script {
        asked([("a", "look", [:])]) {
            $0.tools = [ToolDefinition(name: "look", timeout: 30_000)]
            $0.lines.fillers = []
            change(&$0)
        }
    }

    private static func held(_ script: Script) -> [String] { script.lines.filter { $0.contains(" hold ") } }

    @Test func `a longer wait is bridged with sound, which ends with it and is nothing that was said`() {
        var script = Self.holding()
        let first = 2_600 + Hold.after.count
        script.run(to: first + 150)
        let lead = [0, 100, 200, 300].map { "\(first) hold \($0)+100" }
        #expect(Self.held(script) == lead + ["\(first + 100) hold 400+100"])
        #expect(script.call.state == .thinking)
        script.at(first + 160, .toolReturned(script.toolOrders[0].toolCall, Private(.string("found"))))
        #expect(script.lines.contains("\(first + 160) clear"))
        script.reply(first + 300, "It is there. ")
        script.voice(first + 400, each: 500)
        script.run(to: first + 3_000)
        #expect(Self.held(script).count == 5)
        #expect(script.lines.count { $0.hasSuffix(" clear") } == 1)
        #expect(script.lines.count { $0.contains(" agent.spoke ") } == 1)
    }

    @Test func `who speaks is not spoken over, and afterwards the sound goes on`() {
        var script = Self.holding()
        let first = 2_600 + Hold.after.count
        script.speech.append(first + 300..<first + 700)
        script.run(to: first + 720)
        let clear = script.lines.last { $0.hasSuffix(" clear") }
        #expect(clear == "\(first + 500) clear")
        #expect(Self.held(script).last == "\(first + 500) hold 800+100")
        script.final(first + 900, "mhm")
        script.run(to: first + 2_500)
        #expect(Self.held(script).contains { $0.hasSuffix(" hold 0+100") && !$0.hasPrefix("\(first) ") })
    }

    @Test func `a filler comes in place of the sound, which goes on behind it`() {
        var script = Self.holding { $0.lines.fillers = ["One moment, please."] }
        let first = 2_600 + Hold.after.count
        // The first one's voice is late.
        script.voice(first + 250, each: 800)
        #expect(Self.held(script).count == 6)
        #expect(script.lines.contains("\(first + 250) clear"))
        script.run(to: first + 3_000)
        let again = Self.held(script)[6]
        #expect(again.hasSuffix(" hold 0+100"))
        #expect(script.lines.contains { $0.contains(" agent.spoke ") })
    }

    @Test func `who is muted makes no sound, and the end ends it`() {
        var script = Self.holding()
        let first = 2_600 + Hold.after.count
        script.at(first + 50, .control(.mute))
        #expect(script.lines.last { $0.hasSuffix(" clear") } == "\(first + 50) clear")
        script.run(to: first + 2_000)
        #expect(Self.held(script).count == 4)
        script.at(first + 2_000, .control(.unmute))
        script.run(to: first + 3_000)
        let count = Self.held(script).count
        #expect(count > 4)
        script.at(first + 3_010, .hungUp(HangUp(cause: .normal, source: .caller)))
        script.run(to: first + 6_000)
        #expect(Self.held(script).count == count)
    }

    @Test func `the model goes on beside a background tool, and is told its result when nobody speaks`() {
        var script = Self.asked([("a", "later", [:])], saying: "I will. ")
        script.voice(2_700, each: 500)
        script.run(to: 4_000)
        #expect(script.call.state == .idle)
        script.at(5_000, .toolReturned(script.toolOrders[0].toolCall, Private(.string("done"))))
        #expect(script.lines.contains("5000 idle → thinking (tool_result)"))
        #expect(script.thinkRequests.count == 2)
    }

    @Test func `the agent hangs up after its last word`() {
        var script = Self.asked([("a", "end_call", [:])], saying: "Goodbye. ")
        #expect(script.ended == nil)
        script.voice(2_700, each: 700)
        script.run(to: 4_000)
        #expect(
            script.story(from: 3_000) == [
                "3400 agent.spoke U1 “Goodbye.” 700", "3400 speaking → idle (playback_done)", "3400 stopRecognizer 1",
                "3400 media.stopped", "3400 call.ended agent_hung_up", "3400 hangUp agent_hung_up",
            ])
    }

    @Test func `keys are sent by the carrier, never said, and memories are written`() {
        let script = Self.asked([
            ("a", "send_dtmf", ["digits": .string("12#")]), ("b", "remember", ["text": .string("likes tea")]),
            ("c", "send_dtmf", ["digits": .string("call me")]), ("d", "unheard_of", [:]), ("e", "lookup_customer", [:]),
        ])
        #expect(script.lines.contains("2600 sendKeys 12#"))
        #expect(script.lines.contains("2600 dtmf.sent 12#"))
        #expect(script.lines.contains("2600 remember K2"))
        #expect(script.lines.contains("2600 tool.failed K3 bad_arguments"))
        #expect(script.lines.contains("2600 tool.failed K4 unknown_tool"))
        #expect(script.lines.contains("2600 runTool K5 lookup_customer"))
    }

    @Test func `a memory is one text that is not empty and not too long`() {
        let texts: [Freeform] = [
            .string(String(repeating: "a", count: Limit.memory)),
            .string(String(repeating: "a", count: Limit.memory + 1)),
            .string(" "), .integer(7),
        ]
        let script = Self.asked(texts.enumerated().map { ("k\($0.offset)", "remember", ["text": $0.element]) })
        #expect(script.lines.contains("2600 remember K1") && script.lines.contains("2600 tool.returned K1"))
        for refused in 2...4 { #expect(script.lines.contains("2600 tool.failed K\(refused) bad_arguments")) }
        #expect(script.lines.count { $0.hasPrefix("2600 remember ") } == 1)
    }

    @Test func `more tools than may be pending are refused`() {
        let script = Self.asked((0...Limit.toolsPending).map { ("k\($0)", "look", [:]) })
        #expect(script.toolOrders.count == Limit.toolsPending)
        #expect(script.lines.contains("2600 tool.failed K\(Limit.toolsPending + 1) refused"))
    }

    @Test func `a model that only ever asks for tools is stopped`() {
        var script = Self.asked([("k", "look", [:])])
        for round in 0...Int64(Limit.toolRounds) {
            guard let order = script.toolOrders.last else { break }
            script.at(2_700 + round * 100, .toolReturned(order.toolCall, Private(.null)))
            script.put(
                .toolAsked(
                    script.lastReply, ToolRequest(key: "k\(round)", name: "look", arguments: Private(.object([:])))))
            script.put(.replied(script.lastReply, ReplyOutcome(finish: .toolCalls)))
        }
        #expect(script.thinkRequests.count == 1 + Limit.toolRounds)
        #expect(script.speakRequests.last?.text.revealed == Lines().apology)
    }
}
