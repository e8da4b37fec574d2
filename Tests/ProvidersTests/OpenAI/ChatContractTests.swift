import Domain
import HTTP
import Loop
import Service
import Simulators
import TestKit
import Testing
import Wire

@testable import Providers

/// The adapter against OpenAI's chat protocol over real sockets.
@Suite(.timeLimit(.minutes(2))) struct ChatContractTests {
    /// `@unchecked` holds because a test and what it tries share one loop.
    private struct Scene: @unchecked Sendable {
        let simulator: ChatSimulator
        let thinker: ChatThinker
        let loop: Loop
        let said: Collected<ThinkerEvent>

        func ask(_ text: String, tools: [ThinkerTool] = []) -> any ThinkerStream {
            let messages = [ThinkerMessage.instruction("Be kind."), .caller(Private(text))]
            return thinker.think(ThinkerRequest(messages: messages, tools: tools)) { said.take($0) }
        }
    }

    private static func with(
        _ trouble: SimulatedTrouble = .none, key: String? = "right",
        simulated: @escaping @Sendable (inout ChatSimulator.Settings) -> Void = { _ in },
        change: @escaping @Sendable (inout ChatSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let simulator = ChatSimulator(key: "right")
            simulator.change(simulated)
            simulator.stage.plan(trouble)
            try await SimulatedWorld.with(on: loops.first, chat: simulator) { world in
                var settings = ChatSettings(url: world.chatURL, key: key.map(Service.Secret.init), model: "m")
                settings.deadlines.opening = .seconds(20)
                settings.deadlines.beginning = .seconds(20)
                settings.deadlines.middle = .seconds(20)
                change(&settings)
                let client = HTTPClient(loop: loops.first)
                defer { client.shutdown() }
                try await body(
                    Scene(
                        simulator: simulator, thinker: ChatThinker(settings, client), loop: loops.first,
                        said: Collected(loops.first)))
            }
        }
    }

    @Test(arguments: [nil, 1, 3, 1_000])
    func `an answer arrives whole, with its tools, usage and end`(_ writeBytes: Int?) async throws {
        try await Self.with { settings in
            settings.writeBytes = writeBytes
            settings.pieceLength = 3
            settings.rules = [
                ChatRule(
                    "card", say: "Einen Moment, Zoë 👋🏽.", use: [.init("look_up", #"{"name":"Zoë"}"#), .init("ping", "")])
            ]
        } _: { scene in
            _ = scene.ask("where is my CARD?")
            try await scene.said.until("the end") { $0.last == .finished(.toolCalls) }
            let events = scene.said.events
            #expect(events.text == "Einen Moment, Zoë 👋🏽.")
            #expect(
                events.tools == [
                    ThinkerToolUse(id: "call_0", name: "look_up", arguments: Private(#"{"name":"Zoë"}"#)),
                    ThinkerToolUse(id: "call_1", name: "ping", arguments: Private("{}")),
                ])
            #expect(events.count { if case .usage = $0 { true } else { false } } == 1)
        }
    }

    @Test func `the question is asked as it was meant`() async throws {
        try await Self.with { scene in
            var request = ThinkerRequest(messages: [
                .instruction("Be kind."), .caller(Private("book it")),
                .agent(Private(""), tools: [ThinkerToolUse(id: "t1", name: "book", arguments: Private("{}"))]),
                .toolResult(id: "t1", Private("booked")),
            ])
            request.tools = [
                ThinkerTool(name: "book", description: "Books.", parameters: .object(["type": .string("object")]))
            ]
            request.choice = .named("book")
            request.temperature = 0.5
            request.answerTokensMax = 100
            _ = scene.thinker.think(request) { scene.said.take($0) }
            try await scene.said.until("the end") { $0.last == .finished(.stop) }
            // The last message was a tool's result, and is what the simulator answers.
            #expect(scene.said.events.text == "I heard: booked")
            let question = try #require(scene.simulator.stage.seen.documents.first)
            #expect(question["model"] == .string("m"))
            #expect(question["max_completion_tokens"] == .integer(100))
            #expect(question["temperature"] == .double(0.5))
            #expect(question["stream_options"]?["include_usage"] == .bool(true))
            #expect(question["tool_choice"]?["function"]?["name"] == .string("book"))
            guard case .array(let messages) = question["messages"] else {
                Issue.record("no messages")
                return
            }
            #expect(messages.map { $0["role"]?.text } == ["system", "user", "assistant", "tool"])
            #expect(messages[2]["content"] == .null)
            #expect(messages[3]["tool_call_id"] == .string("t1"))
        }
    }

    @Test(arguments: [SimulatedTrouble.slowOpening(.milliseconds(30)), .slowBeginning(.milliseconds(30))])
    func `a slow first piece is waited for`(_ trouble: SimulatedTrouble) async throws {
        try await Self.with(trouble) { scene in
            _ = scene.ask("hello")
            try await scene.said.until("the end") { $0.last == .finished(.stop) }
            #expect(scene.said.events.text == "I heard: hello")
        }
    }

    @Test func `a server that wants no key gets none`() async throws {
        try await Self.with(key: nil) { scene in
            _ = scene.ask("hello")
            try await scene.said.until("the fault") { $0.fault != nil }
            #expect(scene.said.events == [.failed(StreamFault(.unauthorized, status: 401))])
        }
    }

    @Test func `after cancel nothing is delivered and the connection goes`() async throws {
        try await Self.with {
            $0.pace = .milliseconds(1)
        } _: { scene in
            let stream = scene.ask(String(repeating: "a long story ", count: 100))
            try await scene.said.until("a piece") { !$0.text.isEmpty }
            stream.cancel()
            let count = scene.said.events.count
            try await scene.loop.until("the stream's end") { scene.simulator.stage.seen.ended == 1 }
            #expect(scene.said.events.count == count)
        }
    }

    @Test(arguments: [
        (UInt16(400), nil, StreamFault.Cause.refused), (401, nil, .unauthorized), (402, nil, .unpaid),
        (404, nil, .refused), (413, nil, .tooLong), (429, nil, .rateLimited(retryAfter: nil)),
        (429, "7", .rateLimited(retryAfter: .seconds(7))), (429, "0.25", .rateLimited(retryAfter: .milliseconds(250))),
        (429, "soon", .rateLimited(retryAfter: nil)), (500, nil, .overloaded), (503, nil, .overloaded),
    ])
    func `a refusal is told by its status, and says when to come again`(
        _ status: UInt16, _ retryAfter: String?, _ cause: StreamFault.Cause
    ) async throws {
        try await Self.with(.refused(status: status, retryAfter: retryAfter)) { scene in
            _ = scene.ask("hello")
            try await scene.said.until("the fault") { $0.fault != nil }
            #expect(scene.said.events == [.failed(StreamFault(cause, status: Int(status)))])
        }
    }

    @Test func `an answer that does not begin, or does not go on, is a stall`() async throws {
        let cases: [(SimulatedTrouble, StreamFault.Phase)] = [
            (.slowOpening(.seconds(60)), .beginning), (.stalls(after: 0), .beginning), (.stalls(after: 3), .middle),
        ]
        for (trouble, phase) in cases {
            try await Self.with(
                trouble,
                change: { settings in
                    settings.deadlines.opening = .milliseconds(500)
                    if phase == .beginning { settings.deadlines.beginning = .milliseconds(50) }
                    if phase == .middle { settings.deadlines.middle = .milliseconds(50) }
                }
            ) { scene in
                _ = scene.ask("hello there, how are you?")
                try await scene.said.until("the fault") { $0.fault != nil }
                #expect(scene.said.events.fault == StreamFault(.stalled(phase)))
                try await scene.loop.until("the connection's end") {
                    scene.simulator.stage.seen.ended == 1 || trouble == .slowOpening(.seconds(60))
                }
            }
        }
    }

    @Test(arguments: [
        (SimulatedTrouble.disconnects(after: 3), StreamFault(.disconnected)),
        (.malformed(after: 3), StreamFault(.malformed)),
        (.fails(after: 3, status: 429), StreamFault(.rateLimited(retryAfter: nil), status: 429)),
        (.fails(after: 0, status: 500), StreamFault(.overloaded, status: 500)),
    ])
    func `what breaks in the middle has a name`(_ trouble: SimulatedTrouble, _ fault: StreamFault) async throws {
        try await Self.with(trouble) { scene in
            _ = scene.ask("hello there, how are you?")
            try await scene.said.until("the fault") { $0.fault != nil }
            #expect(scene.said.events.last == .failed(fault))
        }
    }
}

extension Array where Element == ThinkerEvent {
    var text: String { compactMap { if case .text(let text) = $0 { text } else { nil } }.joined() }
    var tools: [ThinkerToolUse] { compactMap { if case .tool(let tool) = $0 { tool } else { nil } } }
    var fault: StreamFault? {
        for case .failed(let fault) in self { return fault }
        return nil
    }
}
