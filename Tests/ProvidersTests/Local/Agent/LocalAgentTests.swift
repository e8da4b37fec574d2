import Domain
import Foundation
import Loop
import TestKit
import Testing

@testable import Providers

/// Conversations with the local agent, word for word.
@Suite(.timeLimit(.minutes(3))) struct LocalAgentTests {
    /// A conversation so far, and what comes next. On its loop alone.
    private final class Talk: @unchecked Sendable {
        // `@unchecked` holds because a test and what it tries share one loop.
        private let thinker: LocalThinker
        private let loop: Loop
        private let instructions: String
        var messages: [ThinkerMessage] = []
        private(set) var pieces = 0

        init(_ instructions: String, _ embedder: any Embedder, on loop: Loop) {
            (self.instructions, self.loop) = (instructions, loop)
            thinker = LocalThinker(LocalReader(embedder), on: loop)
        }

        /// What is answered, and the tools that are wanted, as "name {arguments}".
        func ask() async throws -> (text: String, tools: [ThinkerToolUse], end: ThinkerEvent?) {
            let told = Collected<ThinkerEvent>(loop)
            let request = ThinkerRequest(messages: [.instruction(instructions)] + messages)
            let stream = thinker.think(request) { told.take($0) }
            try await loop.until("the end of the answer", within: .seconds(60)) {
                switch told.events.last {
                case .finished, .failed: true
                default: false
                }
            }
            withExtendedLifetime(stream) {}
            let texts = told.events.compactMap { if case .text(let text) = $0 { text } else { nil } }
            let tools = told.events.compactMap { if case .tool(let use) = $0 { use } else { nil } }
            pieces = texts.count
            messages.append(.agent(Private(texts.joined()), tools: tools))
            return (texts.joined(), tools, told.events.last)
        }

        @discardableResult
        func say(_ text: String) async throws -> String {
            messages.append(.caller(Private(text)))
            return try await ask().text
        }

        func answer(_ use: ThinkerToolUse, _ json: String) async throws -> String {
            messages.append(.toolResult(id: use.id, Private(json)))
            return try await ask().text
        }
    }

    private static func with(
        _ instructions: String, _ embedder: any Embedder = HashedEmbedder(),
        _ body: @escaping @Sendable (Talk) async throws -> Void
    ) async throws {
        try await Loops.with { loops in try await body(Talk(instructions, embedder, on: loops.first)) }
    }

    @Test func `a card is looked up through a tool, and its number read out`() async throws {
        try await Self.with(LocalScriptTests.documented()) { (talk) async throws -> Void in
            let greeting = try await talk.ask()
            #expect(greeting.text == "Hello, this is the card service. How can I help you?")
            #expect(greeting.end == .finished(.stop))
            #expect(try await talk.say("where is my card please") == "What are the last four digits of your card?")
            #expect(try await talk.say("I do not know") == "I need four digits, one by one. What are they?")
            talk.messages.append(.caller(Private("four two seven one")))
            let wanted = try await talk.ask()
            #expect(wanted.text == "Let me look that up.")
            #expect(talk.pieces == 5)
            #expect(wanted.end == .finished(.toolCalls))
            #expect(wanted.tools.map(\.name) == ["find_card"])
            let use = try #require(wanted.tools.first)
            #expect(use.arguments.revealed == #"{"last_four":"4271"}"#)
            #expect(
                try await talk.answer(use, #"{"sent":"Monday","tracking":"ZX91"}"#)
                    == "Your card ending in 4 2 7 1 was sent on Monday. The tracking number is Z X 9 1.")
            #expect(try await talk.say("which address do you have") == "I do not know your address.")
            talk.messages.append(.caller(Private("thank you goodbye")))
            let end = try await talk.ask()
            #expect(end.text == "Thank you for calling. Goodbye.")
            #expect(end.tools.map(\.name) == ["end_call"])
        }
    }

    @Test func `a tool that fails, or knows less, gets another answer, and asked again it is the same use`()
        async throws
    {
        try await Self.with(LocalScriptTests.documented()) { (talk) async throws -> Void in
            talk.messages.append(.caller(Private("where is my card, it ends in 4271")))
            let first = try await talk.ask()
            let before = talk.messages
            talk.messages.removeLast()
            #expect(try await talk.ask().tools == first.tools)
            let use = try #require(first.tools.first)
            #expect(
                try await talk.answer(use, #"{"status":"on its way"}"#) == "Your card ending in 4 2 7 1 is on its way.")
            talk.messages = before
            #expect(
                try await talk.answer(use, #"{"failed":"timeout"}"#)
                    == "I cannot reach our card system right now. Please try again in a few minutes.")
            // Another question, another use.
            talk.messages.append(.caller(Private("where is my card")))
            let again = try await talk.ask()
            #expect(again.tools.map(\.name) == ["find_card"])
            #expect(again.tools.first?.id != use.id)
        }
    }

    @Test func `what is known of the customer is used, and what they say is kept`() async throws {
        let known =
            "\n\nWhat is known of the customer:\n- Name: Ana\n- Delivery address: 5 Mill Lane\n\nThe caller is upset."
        try await Self.with(LocalScriptTests.documented() + known) { (talk) async throws -> Void in
            #expect(try await talk.say("which address do you have") == "We have this address: 5 Mill Lane.")
            try await talk.say("I have moved")
            talk.messages.append(.caller(Private("nine four one one zero")))
            let wanted = try await talk.ask()
            #expect(wanted.tools.map(\.name) == ["remember"])
            let use = try #require(wanted.tools.first)
            #expect(use.arguments.revealed == #"{"text":"Wants cards sent to postcode 94110"}"#)
            #expect(try await talk.answer(use, #"{"ok":true}"#) == "I have noted the postcode 9 4 1 1 0.")
        }
    }

    @Test func `a caller who breaks in is heard, and what was interrupted does not matter`() async throws {
        try await Self.with(LocalScriptTests.documented()) { (talk) async throws -> Void in
            try await talk.say("where is my card")
            talk.messages.removeLast()
            talk.messages.append(.agent(Private("What are the –"), tools: []))
            #expect(try await talk.say("Espera, una duda") == "Of course. What would you like to know?")
            #expect(try await talk.say("when will my card arrive") == "What are the last four digits of your card?")
        }
    }

    private static let reminder = """
        ```local
        {"opening": "Hello, this is your dentist. You have an appointment on {known.appointment}. Will you come?",
         "intents": [
           {"name": "yes", "examples": ["yes", "yes I will come"], "after": [], "answers": "Thank you. See you then.",
            "then": "end_call"},
           {"name": "no", "examples": ["no", "I cannot come", "no I need another day"], "slots": ["day"],
            "tool": {"name": "move", "arguments": {"day": "{day}"}}, "answers": "I have moved it to {day}. Is that right?"},
           {"name": "right", "examples": ["yes", "that is right"], "after": "no", "answers": "Good. Goodbye.",
            "then": "end_call"},
           {"name": "human", "examples": "let me talk to somebody", "answers": "One moment.", "then": "transfer_call",
            "target": "+15550100", "failed": "Nobody is there. Can I help you?"}],
         "slots": {"day": {"kind": "date", "ask": "Which day is better?"}},
         "fallbacks": ["Will you come, yes or no?", "Please say yes or no."]}
        ```

        What is known of the customer:
        Appointment: Monday at nine
        """

    @Test func `a reminder asks, moves, and ends`() async throws {
        try await Self.with(Self.reminder) { (talk) async throws -> Void in
            #expect(
                try await talk.ask().text
                    == "Hello, this is your dentist. You have an appointment on Monday at nine. Will you come?")
            #expect(try await talk.say("qwerty uiop") == "Will you come, yes or no?")
            #expect(try await talk.say("asdf ghjkl") == "Please say yes or no.")
            #expect(try await talk.say("zxcv bnm") == "Please say yes or no.")
            #expect(try await talk.say("no") == "Which day is better?")
            talk.messages.append(.caller(Private("next tuesday please")))
            let use = try #require(try await talk.ask().tools.first)
            #expect(use.arguments.revealed == #"{"day":"next Tuesday"}"#)
            #expect(try await talk.answer(use, "{}") == "I have moved it to next Tuesday. Is that right?")
            // Behind another intent the same word means something else.
            #expect(try await talk.say("yes") == "Good. Goodbye.")
        }
        try await Self.with(Self.reminder) { (talk) async throws -> Void in
            _ = try await talk.ask()
            #expect(try await talk.say("yes I will come") == "Thank you. See you then.")
        }
    }

    @Test func `a transfer that fails comes back`() async throws {
        try await Self.with(Self.reminder) { (talk) async throws -> Void in
            talk.messages.append(.caller(Private("let me talk to somebody")))
            let wanted = try await talk.ask()
            #expect(wanted.text == "One moment.")
            let use = try #require(wanted.tools.first)
            #expect(use.name == "transfer_call")
            #expect(use.arguments.revealed == #"{"target":"+15550100"}"#)
            #expect(try await talk.answer(use, #"{"failed":"no_answer"}"#) == "Nobody is there. Can I help you?")
        }
    }

    @Test func `other words for the same are understood with the network`() async throws {
        try await Self.with(LocalScriptTests.documented(), try Models.miniLM()) { (talk) async throws -> Void in
            #expect(
                try await talk.say("has my bank card been posted yet") == "What are the last four digits of your card?")
            #expect(try await talk.say("let me talk to a real person") == "One moment, I will put you through.")
        }
        try await Self.with(LocalScriptTests.documented(), try Models.miniLM()) { (talk) async throws -> Void in
            #expect(
                try await talk.say("what is the weather like in Paris")
                    == "I can tell you where a card is, or note a new address. Which is it?")
        }
        // "No" and "yes" stand in the same places.
        try await Self.with(Self.reminder, try Models.miniLM()) { (talk) async throws -> Void in
            _ = try await talk.ask()
            #expect(try await talk.say("no") == "Which day is better?")
        }
    }

    @Test func `an agent without a script says so, and a broken one is refused`() async throws {
        try await Self.with("Be kind.") { (talk) async throws -> Void in
            #expect(
                try await talk.say("hello")
                    == "Hello. I am a simple local agent, and nobody has written a script for me yet.")
            #expect(try await talk.say("what do you think of opera") == LocalScript.fallback)
        }
        try await Self.with("```local\n{\"intent\": 1}\n```") { (talk) async throws -> Void in
            talk.messages.append(.caller(Private("hello")))
            #expect(try await talk.ask().end == .failed(StreamFault(.refused)))
        }
    }

    @Test func `no more scripts and texts are kept than may be`() async throws {
        let reader = LocalReader(HashedEmbedder(), textsMax: 8)
        for number in 0...LocalReader.scriptsMax { _ = try reader.script(in: "\(number)") }
        #expect(reader.counts.scripts == 1)
        let known = LocalKnowledge("")
        for number in 0..<8 {
            _ = try await reader.likeness(of: ["text \(number)"], to: LocalScript(), known)
            #expect(reader.counts.texts == number + 1)
        }
        _ = try await reader.likeness(of: ["one more"], to: LocalScript(), known)
        #expect(reader.counts.texts == 1)
        // More at once than may be kept are worked out, and not kept.
        let many = (0..<9).map { "of many \($0)" }
        #expect(try await reader.likeness(of: many, to: LocalScript(), known).intents.count == 9)
        #expect(reader.counts.texts <= 8)
    }

    @Test func `who is cancelled says nothing more`() async throws {
        try await Loops.with { loops in
            let told = Collected<ThinkerEvent>(loops.first)
            let thinker = LocalThinker(LocalReader(HashedEmbedder()), on: loops.first)
            let request = ThinkerRequest(messages: [.instruction(""), .caller(Private("hello"))])
            thinker.think(request) { told.take($0) }.cancel()
            let other = Collected<ThinkerEvent>(loops.first)
            let stream = thinker.think(request) { other.take($0) }
            try await other.until("the other's end") { $0.last == .finished(.stop) }
            withExtendedLifetime(stream) {}
            #expect(told.events == [])
        }
    }
}
