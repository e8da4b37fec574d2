import Domain
import Testing

/// What rules make of a call, story by story.
struct RuleAnalystTests {
    private static func order() -> ToldCall {
        var call = ToldCall()
        call.agent("Hello, this is the order desk. How can I help you?")
        call.caller("hello where is my order", mood: -0.25)
        call.agent("What are the four digits of your order?")
        call.caller("the number is four two seven one")
        call.tool("find_order", ["order_number": .string("4271")], gives: .object(["status": .string("shipped")]))
        call.agent("Order 4 2 7 1 left us on Monday and will arrive tomorrow.")
        call.caller("great thank you goodbye", mood: 0.75)
        call.agent("Goodbye.")
        call.end()
        return call
    }

    private static func look(_ call: ToldCall, _ plan: AnalysisPlan = AnalysisPlan()) throws -> CallAnalyzed {
        RuleAnalyst().look(at: try #require(call.finished), by: plan)
    }

    @Test func `a summary quotes the matter, the tools and the answer, and names its sources`() throws {
        let call = Self.order()
        let look = try Self.look(call)
        #expect(
            look.summary.revealed
                == "Caller: “hello where is my order” Tool: find_order returned. Agent: “Order 4 2 7 1 left us on Monday and will arrive tomorrow.” Ended: caller_hung_up."
        )
        let events = try #require(look.events)
        #expect(Set(events).count == events.count && Set(events).isSubset(of: call.facts.map(\.id)))
        let sources = events.compactMap(call.text)
        #expect(sources.contains("hello where is my order"))
        #expect(sources.contains("Order 4 2 7 1 left us on Monday and will arrive tomorrow."))
        #expect(look.success == true && look.successReason == .toolReturned)
        #expect(look.intent == "order_status" && look.sentiment == Score(0.25))
        #expect(look.trajectory == [Score(-0.25), Score(0.75)].compactMap(\.self))
        #expect(look.topics?.map(\.revealed) == ["order", "number", "four", "seven"])
        #expect(look.model == "ledgerline/rules" && look.promptVersion == "rules-1" && look.extracted == nil)
        #expect(try Self.look(call) == look)
        // In whatever order the facts were told.
        let shuffled = try #require(FinishedCall(call.facts.reversed(), of: CallID(value: 7)))
        #expect(RuleAnalyst().look(at: shuffled, by: AnalysisPlan()) == look)
    }

    @Test func `a long quote is cut, and says so`() throws {
        var call = ToldCall()
        call.caller(String(repeating: "complicated matters ", count: 40))
        call.end()
        let summary = try Self.look(call).summary.revealed
        #expect(summary.contains("…”") && summary.count < 300)
    }

    private static func ending(
        _ reason: EndedReason, _ told: (inout ToldCall) -> Void
    ) throws -> (Bool?, SuccessReason?) {
        var call = ToldCall()
        told(&call)
        call.end(reason)
        let look = try look(call)
        return (look.success, look.successReason)
    }

    @Test func `without criteria how a call went decides, and nothing where nothing tells`() throws {
        typealias Story = (EndedReason, Bool?, SuccessReason?, (inout ToldCall) -> Void)
        let stories: [Story] = [
            (.transferred, true, .transferred, { $0.caller("let me talk to someone") }),
            (.callerHungUp, true, .transferred, { $0.bridge() }),
            (.mediaLost, false, .faulted, { $0.tool("book", gives: .object([:])) }),
            (.modelFailed, false, .faulted, { $0.caller("thanks") }),
            (.voicemailReached, false, .nobodyThere, { $0.agent("Hello there, anybody home?") }),
            (.callerSilent, false, .nobodyThere, { $0.agent("Hello there, anybody home?") }),
            (.callerHungUp, false, .toolFailed, { $0.tool("book", gives: nil) }),
            (
                .callerHungUp, true, .toolReturned,
                {
                    $0.tool("book", gives: nil)
                    $0.tool("book", gives: .object([:]))
                }
            ),
            (.callerHungUp, false, .upset, { $0.caller("this is useless thanks", mood: -0.9) }),
            (.callerHungUp, false, .unanswered, { $0.caller("where is my order") }),
            (.agentHungUp, true, .closed, { $0.caller("that's all bye") }),
            (
                .callerHungUp, nil, nil,
                {
                    $0.caller("where is my order")
                    $0.agent("I do not know.")
                }
            ),
        ]
        for (index, story) in stories.enumerated() {
            let (success, reason) = try Self.ending(story.0, story.3)
            #expect(success == story.1 && reason == story.2, "story \(index)")
        }
    }

    @Test(arguments: SuccessCriterion.Kind.allCases)
    func `an agent's own criterion decides alone, either way`(kind: SuccessCriterion.Kind) throws {
        var good = ToldCall()
        good.agent("You are booked for friday.")
        good.caller("yes please book it")
        good.tool("book_slot", ["day": .string("friday")], gives: .object([:]))
        good.bridge()
        // How it went says nothing against it.
        good.end(.mediaLost)
        var bad = ToldCall()
        bad.caller("thank you")
        bad.end(.agentHungUp)
        let words: [String] =
            switch kind {
            case .toolReturned: ["other", "book_slot"]
            case .callerSaid: ["book it"]
            case .agentSaid: ["booked for Friday"]
            case .endedBy: ["media_lost"]
            case .transferred: []
            case .extracted: ["day"]
            }
        let plan = AnalysisPlan(
            criteria: [SuccessCriterion(kind, anyOf: words)],
            fields: [ExtractedField("day", .string, choices: ["friday", "monday"])])
        let (met, missed) = (try Self.look(good, plan), try Self.look(bad, plan))
        #expect(met.success == true && met.successReason == .criteriaMet)
        #expect(missed.success == false && missed.successReason == .criteriaMissed)
        let both = AnalysisPlan(
            criteria: plan.criteria + [SuccessCriterion(.callerSaid, anyOf: ["something else"])], fields: plan.fields)
        #expect(try Self.look(good, both).success == false)
    }

    @Test func `what a schema asks for is found in tools and words, or is not there`() throws {
        let fields = [
            ExtractedField("order_number", .string, format: .digits, lengthMin: 4, lengthMax: 4),
            ExtractedField("status", .string), ExtractedField("email", .string, format: .email),
            ExtractedField("day", .string, choices: ["monday", "friday"]),
            ExtractedField("guests", .integer, minimum: 1, maximum: 20), ExtractedField("urgent", .boolean),
        ]
        var call = Self.order()
        let found = try Self.look(call, AnalysisPlan(fields: fields))
        #expect(
            found.extracted?.revealed == .object(["order_number": .string("4271"), "status": .string("shipped")]))

        call = ToldCall()
        call.agent("How many guests?")
        call.caller("we are six")
        call.agent("And the order number?")
        call.caller("four two, no, it is nine nine one zero")
        call.caller("on monday no friday, write to ada@example.org, please")
        call.end()
        let spoken = try #require(try Self.look(call, AnalysisPlan(fields: fields)).extracted?.revealed)
        #expect(
            spoken
                == .object([
                    "guests": .integer(6), "order_number": .string("9910"), "day": .string("monday"),
                    "email": .string("ada@example.org"),
                ]))
        // Too many, too few, nothing asked: not there.
        call = ToldCall()
        call.agent("How many guests?")
        call.caller("nine nine")
        call.caller("four two seven")
        call.end()
        #expect(try Self.look(call, AnalysisPlan(fields: fields)).extracted?.revealed == .object([:]))
    }

    @Test func `an agent's own matters take the place of the usual ones`() throws {
        var call = ToldCall()
        call.caller("i want to cancel the thing and get my blue ticket back")
        call.end()
        #expect(try Self.look(call).intent == "cancel")
        let plan = AnalysisPlan(intents: [
            IntentWords("ticket", ["blue ticket", "red ticket"]), IntentWords("nothing", ["green ticket"]),
        ])
        #expect(try Self.look(call, plan).intent == "ticket")
        #expect(try Self.look(call, AnalysisPlan(intents: [IntentWords("x", ["never said"])])).intent == nil)
    }

    @Test func `a call that goes on is not looked at`() {
        var call = ToldCall()
        call.caller("hello")
        #expect(call.finished == nil)
    }

    @Test func `words are letters and digits, and phrases stand together`() {
        #expect(SpokenWords.of("Where's MY order, №4271? Élan!") == ["wheres", "my", "order", "4271", "élan"])
        #expect(SpokenWords.hold(["a", "b", "c"], ["b", "c"]) && !SpokenWords.hold(["a", "b", "c"], ["a", "c"]))
        #expect(!SpokenWords.hold(["a"], []) && !SpokenWords.hold([], ["a"]))
    }
}
