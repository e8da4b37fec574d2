import Crypto
import Domain
import Glibc
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

/// A process that ends before its calls: another one goes on with them, through all processes and over real sockets.
@Suite(.timeLimit(.minutes(4)), .serialized) struct HandOverTests {
    private static let story = """
        There was once a house of tables in which everybody had a place, and nobody asked how long they would like to stay. \
        One evening a man came in who had walked for many days, and he asked for nothing but a glass of water and a chair.
        """
    private static let rules = [ChatRule("story", say: story), ChatRule("name", say: "Nice to meet you, Anna.")]

    /// The API tells Twilio of the one process, and the workers tell carriers of the other.
    private static func with(
        _ body: @escaping @Sendable (PhonesUnderTest, _ second: ProcessUnderTest) async throws -> Void
    ) async throws {
        let port = try FreePort.find()
        try await PhonesUnderTest.with(
            rules: rules, workers: ["MEDIA_URL": "ws://127.0.0.1:\(port)"],
            realtime: ["LEDGERLINE_DRAIN_DEADLINE": "1s"]
        ) { phones in
            let settings = phones.calls.settings.merging(["PORT": "\(port)"]) { $1 }
            try await ProcessUnderTest.with(.realtime, settings, on: phones.loop) { second in
                try await second.untilReady()
                try await body(phones, second)
            }
        }
    }

    private static func texts(_ type: String, _ facts: [PhonesUnderTest.Told]) throws -> [String] {
        try facts.filter { $0.type == type }.map { try $0.member("heard_text")?.text ?? $0.member("text")?.text ?? "?" }
    }

    @Test func `in the middle of a story the process ends, and another tells the rest`() async throws {
        try await Self.with { phones, second in
            let line = try await phones.ringTwilio([
                .hear(), .say("tell me a story."), .hear(quietFor: 1_500), .say("my name is Anna."), .wait(60_000),
            ])
            let call = try await phones.call(line)
            try await phones.until("the story's beginning") { line.heard.contains("There was once") }
            let first = phones.calls.process.process
            first.send(SIGTERM)
            #expect(await first.exit() == 0, "\(first.output)")
            try await phones.until("the answer") {
                try await phones.told(call).count { $0.type == "agent.spoke" } == 4
            }
            line.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])

            // One hole in the sound, and one end.
            let types = facts.types(by: .process)
            #expect(types.count { $0 == "media.lost" } == 1 && types.count { $0 == "media.resumed" } == 1)
            let lost = try #require(facts.first { $0.by == .process && $0.type == "media.lost" })
            #expect(try lost.member("reason")?.text == "closed_by_us")
            #expect(types.count { $0 == "media.started" } == 1)
            // What is known of the customer was asked for by each of them.
            #expect(facts.count { $0.type == "context.loaded" } >= 2)
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "caller_hung_up")
            #expect(try await phones.jobs("hand_over_call") == 1)

            // Not a word was left out, and none was said twice.
            let heard = try Self.texts("agent.spoke", facts)
            #expect(heard.count == 4 && heard.first == PhonesUnderTest.greeting, "\(heard) and \(line.heard)")
            #expect(heard[1].count < Self.story.count && heard[1].hasPrefix("There was once"))
            #expect("\(heard[1]) \(heard[2])" == Self.story)
            #expect(heard.last == "Nice to meet you, Anna.")
            #expect(try Self.texts("caller.said", facts) == ["tell me a story.", "my name is Anna."])

            // Whoever thinks in the second process was told of all that went before.
            let question = try #require(phones.calls.world.chat.stage.seen.documents.last)
            guard case .array(let messages)? = question["messages"] else {
                Issue.record("a question without messages")
                return
            }
            let told = messages.compactMap { $0["content"]?.text }
            for text in heard.prefix(3) + ["tell me a story.", "my name is Anna."] {
                #expect(told.contains { $0.contains(text) }, "the model was not told: \(text)")
            }
            #expect(second.process.isRunning)
        }
    }
}
