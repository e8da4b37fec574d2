import Crypto
import Domain
import Glibc
import Loop
import Simulators
import Store
import TestKit
import Testing
import Wire

@testable import Realtime

/// A process that ends before its calls: another one goes on with them, through all processes and over real sockets.
@Suite(.timeLimit(.minutes(4)), .serialized) struct HandOverTests {
    private static let story = """
        There was once a house of tables in which everybody had a place, and nobody asked how long they would like to stay. \
        One evening a man came in who had walked for many days, and he asked for nothing but a glass of water and a chair.
        """
    private static let rules = [ChatRule("story", say: story), ChatRule("name", say: "Nice to meet you, Anna.")]

    private static let greeted = ["media.started", "context.loaded"] + StoryPart.said

    /// Another realtime process than the one that calls come to.
    private static func with(
        workersTellOf other: Bool,
        _ body: @escaping @Sendable (PhonesUnderTest, _ second: ProcessUnderTest) async throws -> Void
    ) async throws {
        let port = try FreePort.find()
        let address = ["MEDIA_URL": "ws://127.0.0.1:\(port)"]
        try await PhonesUnderTest.with(
            rules: rules, workers: other ? address : [:], realtime: ["LEDGERLINE_DRAIN_DEADLINE": "1s"]
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

    private static func drain(_ process: ProcessUnderTest) async {
        process.process.send(SIGTERM)
        #expect(await process.process.exit() == 0, "\(process.process.output)")
    }

    /// Twilio is told of a stream by the API when it asks, and by the workers later.
    @Test func `in the middle of a story the process ends, and another tells the rest`() async throws {
        try await Self.with(workersTellOf: true) { phones, second in
            let line = try await phones.ringTwilio([
                .hear(), .say("tell me a story."), .hear(quietFor: 1_500), .say("my name is Anna."), .wait(60_000),
            ])
            try await phones.until("the story's beginning") { line.heard.contains("There was once") }
            await Self.drain(phones.calls.process)
            try await Self.goesOn(phones, second, line)
        }
    }

    /// Telnyx is told by the workers, which are replaced by those of the next release, too.
    @Test func `over Telnyx, too, another process tells the rest`() async throws {
        try await Self.with(workersTellOf: false) { phones, second in
            let line = phones.ring([
                .hear(), .say("tell me a story."), .hear(quietFor: 1_500), .say("my name is Anna."), .wait(60_000),
            ])
            try await phones.until("the story's beginning") { line.heard.contains("There was once") }
            await Self.drain(phones.workers)
            let address = ["MEDIA_URL": "ws://127.0.0.1:\(second.port)"]
            let settings = phones.workersSettings.merging(address) { $1 }
            try await ProcessUnderTest.with(.workers, settings, on: phones.loop) { workers in
                try await workers.untilReady()
                await Self.drain(phones.calls.process)
                try await Self.goesOn(phones, second, line)
                #expect(line.marks.count > 0 && line.refusals == 0)
            }
        }
    }

    private static func goesOn(
        _ phones: PhonesUnderTest, _ second: ProcessUnderTest, _ line: SimulatedCall
    ) async throws {
        let call = try await phones.call(line)
        try await phones.until("the answer") {
            try await phones.told(call).count { $0.type == "agent.spoke" } == 4
        }
        line.hangUpNow()
        let facts = try await phones.whole(call, endedFor: [.process])

        // One hole in the sound, and one end.
        #expect(
            facts.types(by: .process)
                == greeted + StoryPart.asked + StoryPart.thought
                + ["agent.started_speaking", "agent.spoke", "media.lost", "media.resumed"] + StoryPart.said
                + StoryPart.asked
                + StoryPart.thought + StoryPart.said + StoryPart.over)
        let lost = try #require(facts.first { $0.by == .process && $0.type == "media.lost" })
        #expect(try lost.member("reason")?.text == "closed_by_us")
        // What is known of the customer was asked for by each of them.
        #expect(facts.count { $0.type == "context.loaded" } >= 2)
        #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "caller_hung_up")
        #expect(try await phones.jobs("hand_over_call") == 1)
        try isWhole(phones, facts, line)
        #expect(second.process.isRunning)
    }

    /// Not a word was left out, and none was said twice.
    private static func isWhole(
        _ phones: PhonesUnderTest, _ facts: [PhonesUnderTest.Told], _ line: SimulatedCall
    ) throws {
        let heard = try texts("agent.spoke", facts)
        #expect(heard.count == 4 && heard.first == PhonesUnderTest.greeting, "\(heard) and \(line.heard)")
        #expect(heard[1].count < story.count && heard[1].hasPrefix("There was once"))
        #expect("\(heard[1]) \(heard[2])" == story)
        #expect(heard.last == "Nice to meet you, Anna.")
        #expect(try texts("caller.said", facts) == ["tell me a story.", "my name is Anna."])

        // Whoever thinks behind the hole was told of all that went before.
        let question = try #require(phones.calls.world.chat.stage.seen.documents.last)
        guard case .array(let messages)? = question["messages"] else {
            Issue.record("a question without messages")
            return
        }
        let told = messages.compactMap { $0["content"]?.text }
        for text in heard.prefix(3) + ["tell me a story.", "my name is Anna."] {
            #expect(told.contains { $0.contains(text) }, "the model was not told: \(text)")
        }
    }

    @Test func `a socket that is cut comes back, and the conversation goes on from what was heard`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let line = phones.ring([
                .hear(), .say("tell me a story."), .hear(quietFor: 2_500), .say("my name is Anna."), .wait(60_000),
            ])
            try await phones.until("the story's beginning") { line.heard.contains("There was once") }
            line.cutStream()
            let call = try await phones.call(line)
            try await phones.until("the answer") {
                try await phones.told(call).count { $0.type == "agent.spoke" } == 4
            }
            let facts = try await phones.told(call)
            #expect(
                facts.types(by: .process)
                    == Self.greeted + StoryPart.asked + StoryPart.thought
                    + [
                        "agent.started_speaking", "media.lost", "agent.spoke", "media.lost", "media.resumed",
                    ] + StoryPart.said + StoryPart.asked + StoryPart.thought + StoryPart.said)
            let lost = try facts.filter { $0.by == .process && $0.type == "media.lost" }.map {
                try $0.member("reason")?.text
            }
            #expect(lost == ["connection_lost", "closed_by_us"])
            try Self.isWhole(phones, facts, line)
            // It is not opened for ever.
            for count in 2...CallBench.cutsMax + 1 {
                line.cutStream()
                guard count <= CallBench.cutsMax else { break }
                try await phones.until("the sound") { line.isStreaming }
                try await phones.until("the job") { try await phones.jobs("hand_over_call") == count }
            }
            try await phones.until("the last loss") {
                try await phones.told(call).count { $0.by == .process && $0.type == "media.lost" }
                    == 2 * CallBench.cutsMax + 1
            }
            line.hangUpNow()
            let whole = try await phones.whole(call, endedFor: [.process])
            #expect(try whole.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "caller_hung_up")
            #expect(try await phones.jobs("hand_over_call") == CallBench.cutsMax)
        }
    }
}
