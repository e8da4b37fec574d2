import Domain
import HTTP
import Loop
import Service
import Simulators
import TestKit
import Testing
import Wire

@testable import Providers

/// A model that looks at calls, over real sockets: what it says is held to the call, and our rules stand in for it.
@Suite(.timeLimit(.minutes(2))) struct ChatAnalystTests {
    /// `@unchecked` holds because a test and what it tries share one loop.
    private final class Scene: @unchecked Sendable {
        let simulator: ChatSimulator
        let chat: ChatAnalyst
        var now = Duration.zero
        var failures: [StreamFault] = []
        var (looks, skips) = (0, 0)
        private(set) lazy var analyst = FallbackAnalyst(chat, now: { [unowned self] in now }) {
            [unowned self] happening in
            switch happening {
            case .looked: looks += 1
            case .failed(let error as StreamFault): failures.append(error)
            case .failed(let error): Issue.record("\(error)")
            case .leftAlone: skips += 1
            }
        }

        init(_ simulator: ChatSimulator, _ chat: ChatAnalyst) { (self.simulator, self.chat) = (simulator, chat) }
    }

    private static func with(
        answering text: String, patience: Duration = .seconds(20),
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let simulator = ChatSimulator(key: "right")
            simulator.change { $0.rules = [ChatRule("", say: text)] }
            try await SimulatedWorld.with(on: loops.first, chat: simulator) { world in
                let client = HTTPClient(loop: loops.first)
                defer { client.shutdown() }
                let settings = ChatSettings(url: world.chatURL, key: Service.Secret("right"), model: "m")
                try await body(Scene(simulator, ChatAnalyst(settings, client, patience: patience)))
            }
        }
    }

    // MARK: - A call

    private static let plan = AnalysisPlan(fields: [
        ExtractedField("order_number", .string, format: .digits), ExtractedField("guests", .integer),
        ExtractedField("mood", .string, choices: ["calm", "angry"]), ExtractedField("street", .string),
    ])

    /// Lines 1 to 6; the tool is the fourth.
    private static func call() throws -> FinishedCall {
        var facts: [CallFact] = []
        func add(_ event: CallEvent) {
            let number = Int32(facts.count + 1)
            facts.append(
                CallFact(
                    version: number, id: EventID(value: UInt128(number)),
                    at: Instant(microseconds: Int64(number) * 1_000_000), event))
        }
        func caller(_ text: String) {
            add(
                .callerSaid(
                    CallerSaid(
                        turn: TurnID(value: UInt128(facts.count)), text: Private(text), startedAt: 0, endedAt: 1,
                        provider: "p")))
        }
        func agent(_ text: String) {
            add(
                .agentSpoke(
                    AgentSpoke(
                        utterance: UtteranceID(value: UInt128(facts.count)), generated: Private(text),
                        heard: Private(text), heardFor: 1, isInterrupted: false, voice: "v", provider: "p")))
        }
        agent("Hello, what can I do?")
        caller("i live in oak road and my lamp is broken")
        caller("it was the thing number four two seven one")
        let use = ToolCallID(value: 99)
        add(
            .toolCalled(
                ToolCalled(toolCall: use, name: "find_order", arguments: Private(.object([:])), idempotencyKey: "k")))
        add(
            .toolReturned(
                ToolReturned(toolCall: use, name: "find_order", result: Private(.object(["eta": .string("tuesday")])))))
        agent("A new lamp arrives on tuesday.")
        caller("well alright then")
        add(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, duration: 4_000, isBillable: true)))
        return try #require(FinishedCall(facts, of: CallID(value: 7)))
    }

    private static func events(_ numbers: Int...) -> Set<EventID> {
        Set(numbers.map { EventID(value: UInt128($0)) })
    }

    private static let good = """
        {"summary":[{"text":"The caller's lamp is broken.","lines":[2]},{"text":"A new lamp comes on Tuesday.","lines":[4,5]},
        {"text":"They were promised a refund of 50 dollars.","lines":[5]},{"text":"A lamp, says nobody.","lines":[77]},
        {"text":"An elephant came.","lines":[2]},{"text":"No lines at all about the lamp.","lines":[]}],
        "success":{"value":true,"lines":[6]},"intent":{"name":"complaint","lines":[2]},
        "topics":["lamp","oak road","elephant"],
        "fields":[{"name":"order_number","value":"4271","lines":[3]},{"name":"guests","value":"12","lines":[3]},
        {"name":"mood","value":"calm","lines":[6]},{"name":"street","value":"Oak Road","lines":[2]},
        {"name":"nobody","value":"x","lines":[2]}]}
        """

    // MARK: - What it tries

    @Test func `an answer is taken as far as the lines say it, each claim with its events, and no further`()
        async throws
    {
        try await Self.with(answering: Self.good) { scene in
            let call = try Self.call()
            let look = try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan))
            #expect(look.summary.revealed == "The caller's lamp is broken. A new lamp comes on Tuesday.")
            #expect(look.success == true && look.successReason == .toolReturned || look.successReason == .judged)
            #expect(look.intent == "complaint" && look.topics?.map(\.revealed) == ["lamp", "oak road"])
            let extracted = try #require(look.extracted?.revealed)
            #expect(extracted["order_number"] == .string("4271") && extracted["guests"] == nil)
            #expect(extracted["mood"] == .string("calm") && extracted["street"] == .string("Oak Road"))
            #expect(extracted["nobody"] == nil)
            #expect(look.model == "openai/m" && look.promptVersion == AnalysisPrompt.version)
            #expect(Set(try #require(look.events)).isSubset(of: Self.events(1, 2, 3, 4, 5, 6, 7, 8)))
            #expect(Set(try #require(look.events)).isSuperset(of: Self.events(2, 3, 4, 5, 6, 7)))
            #expect(scene.looks == 1 && scene.failures.isEmpty)
            let asked = try #require(scene.simulator.stage.seen.documents.last)
            #expect(asked["response_format"]?["json_schema"]?["strict"] == .bool(true))
            let text = String(decoding: asked.bytes(), as: UTF8.self)
            #expect(text.contains("4 tool find_order: returned eta tuesday") && text.contains("order_number"))
        }
    }

    @Test func `what the agent did is taken in known words alone, where both have said what shows it`() async throws {
        func claim(_ situation: String, _ move: String, _ said: String, _ lines: String) -> String {
            #"{"situation":"\#(situation)","move":"\#(move)","said":"\#(said)","lines":[\#(lines)]}"#
        }
        let next = claim("caller_upset", "say_what_is_next", "a new lamp arrives", "2,5")
        let claims = [
            // The agent never said so; the caller did; before the caller did; nobody cited says what shows it; too few words.
            claim("caller_upset", "apologise", "I am so sorry", "2,5"),
            claim("caller_upset", "repeat_back", "my lamp is broken", "2,5"),
            claim("caller_confused", "ask_back", "what can I do", "1,2"),
            claim("caller_confused", "explain_simply", "a new lamp arrives", "5"),
            claim("caller_confused", "give_reason", "a new lamp arrives", "2,77"),
            claim("caller_hurried", "give_reason", "on tuesday", "2,5"),
            // Words that nobody else would use.
            claim("caller_hungry", "offer_choice", "a new lamp arrives", "2,5"),
            claim("caller_upset", "sing", "a new lamp arrives", "2,5"),
            next, next,
            claim("caller_undecided", "say_what_is_next", "Lamp arrives, on Tuesday!", "3,5"),
            claim("misunderstood", "say_what_is_next", "new lamp arrives on tuesday", "3,5"),
            claim("caller_objects", "say_what_is_next", "a new lamp arrives on tuesday", "3,5"),
        ]
        let answer = Self.good.dropLast(1) + #","patterns":[\#(claims.joined(separator: ","))]}"#
        try await Self.with(answering: String(answer)) { scene in
            let look = try await scene.analyst.analyze(AnalysisCase(try Self.call(), by: Self.plan))
            #expect(scene.looks == 1 && look.model == "openai/m")
            // Three are the most.
            #expect(
                look.handlings == [
                    JudgedHandling(
                        situation: "caller_upset", move: "say_what_is_next",
                        events: [EventID(value: 2), EventID(value: 6)]),
                    JudgedHandling(
                        situation: "caller_undecided", move: "say_what_is_next",
                        events: [EventID(value: 3), EventID(value: 6)]),
                    JudgedHandling(
                        situation: "misunderstood", move: "say_what_is_next",
                        events: [EventID(value: 3), EventID(value: 6)]),
                ])
            #expect(Set(try #require(look.events)).isSuperset(of: Self.events(2, 3, 6)))
            let asked = try #require(scene.simulator.stage.seen.documents.last)
            let text = String(decoding: asked.bytes(), as: UTF8.self)
            #expect(text.contains("say_what_is_next") && text.contains("caller_undecided"))
        }
    }

    @Test(arguments: [
        "I am sorry, I can't do that.", "", "[]", "{\"summary\":\"a lamp\"}",
        "{\"summary\":[{\"text\":\"lamp\",\"lines\":[0,-1,99]}]}",
        "{\"summary\":[{\"text\":7,\"lines\":[2]},{\"lines\":[2]},{\"text\":\"An elephant came.\",\"lines\":[2]}]}",
        "{\"summary\":[{\"text\":\"lamp\",\"lines\":\"2\"}]} and more",
    ])
    func `of an answer that is none nothing is taken, and our rules look, loudly`(_ garbage: String) async throws {
        try await Self.with(answering: garbage) { scene in
            let call = try Self.call()
            let look = try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan))
            #expect(look == RuleAnalyst().look(at: call, by: Self.plan) && look.model == "ledgerline/rules")
            #expect(scene.failures.map(\.cause) == [.malformed] && scene.looks == 0)
        }
    }

    @Test func `the agent's own criteria are no matter of opinion`() async throws {
        try await Self.with(answering: Self.good) { scene in
            var plan = Self.plan
            plan.criteria = [SuccessCriterion(.agentSaid, anyOf: ["never said"])]
            let look = try await scene.analyst.analyze(AnalysisCase(try Self.call(), by: plan))
            #expect(look.success == false && look.successReason == .criteriaMissed && look.model == "openai/m")
        }
    }

    @Test func `who is too slow, refuses or is gone is not waited for, and is left alone after so many failures`()
        async throws
    {
        try await Self.with(answering: Self.good, patience: .milliseconds(300)) { scene in
            for _ in 0..<Breaker.failuresMax { scene.simulator.stage.plan(.refused(status: 429)) }
            let (call, rules) = (try Self.call(), RuleAnalyst())
            for _ in 0..<Breaker.failuresMax {
                #expect(
                    try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan))
                        == rules.look(at: call, by: Self.plan))
            }
            #expect(scene.failures.count == Breaker.failuresMax && scene.failures[0].status == 429)
            let asked = scene.simulator.stage.seen.connections
            _ = try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan))
            #expect(scene.skips == 1 && scene.simulator.stage.seen.connections == asked, "it is not even asked")
            // It is back, and is tried when it has rested.
            scene.now += Breaker.rest
            #expect(try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan)).model == "openai/m")
            scene.simulator.stage.plan(.slowOpening(.seconds(60)))
            #expect(try await scene.analyst.analyze(AnalysisCase(call, by: Self.plan)).model == "ledgerline/rules")
            #expect(scene.failures.count == Breaker.failuresMax + 1)
        }
    }
}
