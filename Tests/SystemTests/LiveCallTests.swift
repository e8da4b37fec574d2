import Domain
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Whole calls through the realtime process: a caller who hears and speaks, real sockets, a real log. What stands in the log
/// is compared fact by fact.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LiveCallTests {
    private static let story =
        "Once upon a time there was a king. He had a castle by the sea. Every day he counted the ships. Then one day no ship came."
    private static let rules = [
        ChatRule("name", say: "Nice to meet you, Anna."), ChatRule("time", say: "It is noon."),
        ChatRule("story", say: story), ChatRule("question", say: "Please ask."), ChatRule("bye", say: "Goodbye, Anna."),
    ]

    private static func with(
        _ more: [String: String] = [:], _ body: @escaping @Sendable (CallsUnderTest, PostgresPool) async throws -> Void
    ) async throws {
        try await CallsUnderTest.withLog(rules: rules, more, body)
    }

    @Test func `a caller is greeted, has three answers and hangs up`() async throws {
        try await Self.with { calls, pool in
            let answered = try await calls.answer(
                [
                    .hear(), .say("my name is Anna."), .hear(), .say("what time is it?"), .hear(), .say("thanks, bye."),
                    .hear(), .hangUp,
                ], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            #expect(
                facts.story == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.turn + StoryPart.turn
                    + StoryPart.over)
            #expect(
                answered.line.heard
                    == "\(CallsUnderTest.greeting) Nice to meet you, Anna. It is noon. Goodbye, Anna.")
            let said = try facts.filter { $0.type == "caller.said" }.map {
                try CallsUnderTest.member("text", of: $0)?.text
            }
            #expect(said == ["my name is Anna.", "what time is it?", "thanks, bye."])
            let felt = facts.filter { $0.type == "sentiment.scored" }
            #expect(try felt.map { try CallsUnderTest.member("label", of: $0)?.text } == ["positive"])
            #expect(
                try CallsUnderTest.member("turn_id", of: felt.first)
                    == CallsUnderTest.member("turn_id", of: facts.last { $0.type == "caller.said" }))
            #expect(try CallsUnderTest.member("ended_reason", of: facts.last)?.text == "caller_hung_up")
            let state = try await calls.folded(answered.call, pool).state
            #expect(state.turnCount == 3 && state.interruptionCount == 0 && state.end?.value.reason == .callerHungUp)
            let metrics = try PrometheusText(try await calls.process.get("/metrics").text)
            func value(_ name: String) -> Double? { metrics.samples.first { $0.name == name }?.value }
            #expect(value("calls_live") == 0 && value("calls_admitted_total") == 1)
            let perceived = metrics.samples.first {
                $0.name == "call_turn_stage_seconds_count" && $0.labels["stage"] == "perceived"
            }
            #expect(perceived?.value == 3)
        }
    }

    @Test func `who breaks in is listened to, and what they had heard is what was said`() async throws {
        try await Self.with { calls, pool in
            let answered = try await calls.answer(
                [
                    .hear(), .say("tell me a story please."), .hearWords(6), .say("actually, I have a question."),
                    .hear(quietFor: 4_000),
                    .hangUp,
                ], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.asked + StoryPart.thought
                    + [
                        "agent.started_speaking", "caller.started_speaking", "agent.interrupted", "agent.spoke",
                        "caller.stopped_speaking", "caller.said", "turn.ended",
                    ] + StoryPart.thought + StoryPart.said + StoryPart.over)
            let cut = facts.filter { $0.type == "agent.spoke" }.dropFirst().first
            #expect(try CallsUnderTest.member("interrupted", of: cut) == .bool(true))
            let heard = try #require(try CallsUnderTest.member("heard_text", of: cut)?.text)
            #expect(Self.story.hasPrefix(heard) && heard.hasPrefix("Once upon a time"))
            #expect(heard.count < Self.story.count)
            // What the log says was heard is no more than what the line has really played.
            #expect(answered.line.heard.hasPrefix("\(CallsUnderTest.greeting) \(heard)"))
            #expect(answered.line.heard.hasSuffix("Please ask."))
            #expect(answered.line.clears >= 1)
            #expect(try await calls.folded(answered.call, pool).state.interruptionCount == 1)
        }
    }

    @Test func `who hangs up in the middle of our word ends the call there`() async throws {
        try await Self.with { calls, pool in
            let answered = try await calls.answer(
                [.hear(), .say("tell me a story please."), .hearWords(4), .hangUp], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.over)
            let cut = facts.last { $0.type == "agent.spoke" }
            #expect(try CallsUnderTest.member("interrupted", of: cut) == .bool(true))
            #expect(try CallsUnderTest.member("ended_reason", of: facts.last)?.text == "caller_hung_up")
            #expect(try await calls.folded(answered.call, pool).state.end?.value.reason == .callerHungUp)
        }
    }

    @Test func `a model that stalls is left for the next, once`() async throws {
        try await Self.with { calls, pool in
            calls.world.chat.stage.plan(.stalls(after: 0))
            let answered = try await calls.answer([.hear(), .say("what time is it?"), .hear(), .hangUp], pool)
            let facts = try await calls.facts(of: answered.call, pool)
            #expect(
                facts.story
                    == StoryPart.begun + StoryPart.said + StoryPart.asked
                    + ["reply.requested", "provider.failed", "reply.finished", "provider.fell_back"] + StoryPart.thought
                    + StoryPart.said
                    + StoryPart.over)
            let failed = facts.first { $0.type == "provider.failed" }
            #expect(try CallsUnderTest.member("provider", of: failed)?.text == "groq")
            #expect(answered.line.heard == "\(CallsUnderTest.greeting) It is noon.")
            #expect(try await calls.folded(answered.call, pool).state.fallbackCount == 1)
        }
    }

    @Test func `the call goes on while Postgres is away, and everything is in the log afterwards`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await PrivatePostgres.with { postgres in
                try await Migrator(
                    PostgresConfiguration(postgres.url), on: loop, folder: Services.repository + "/Migrations"
                ).apply()
                try await CallsUnderTest.with(database: postgres.url, on: loop, rules: Self.rules) { calls in
                    var answered: CallsUnderTest.Answered?
                    try await withPool(at: postgres.url, on: loop) { pool in
                        answered = try await calls.answer(
                            [.hear(), .say("my name is Anna."), .hear(), .say("what time is it?"), .hear(), .hangUp],
                            pool)
                    }
                    let live = try #require(answered)
                    try await loop.until("the greeting") { !live.line.marks.isEmpty }
                    try await postgres.stop()
                    try await loop.until("the end of the call", within: .seconds(60)) { !live.line.isAlive }
                    #expect(live.line.heard == "\(CallsUnderTest.greeting) Nice to meet you, Anna. It is noon.")
                    try await postgres.start()
                    try await withPool(at: postgres.url, on: loop) { pool in
                        let facts = try await calls.facts(of: live.call, pool)
                        #expect(
                            facts.story == StoryPart.begun + StoryPart.said + StoryPart.turn + StoryPart.turn
                                + StoryPart.over)
                        #expect(try await calls.folded(live.call, pool).state.turnCount == 2)
                    }
                }
            }
        }
    }

    @Test func `a token opens one stream, and the door is shut when the house is full`() async throws {
        try await Self.with(["LEDGERLINE_CALLS_MAX": "1"]) { calls, pool in
            let first = try await calls.answer([.hear()], pool)
            try await calls.loop.until("the greeting") { first.line.heard == CallsUnderTest.greeting }
            let port = calls.process.port
            let path = try #require(first.mediaURL.split(separator: "\(port)").last)
            let unknown = "/media/telnyx/" + String(repeating: "0", count: 64)
            #expect(try await Self.knock(calls, String(path)).status == 503)
            #expect(try await Self.knock(calls, unknown).text.contains("calls_full"))
            first.line.hangUpNow()
            try await calls.loop.until("the place", within: .seconds(10)) {
                try await Self.knock(calls, unknown).status == 404
            }
            let used = try await Self.knock(calls, String(path))
            let never = try await Self.knock(calls, unknown)
            #expect(used.status == 404 && used.body == never.body)
        }
    }

    private static func knock(_ calls: CallsUnderTest, _ path: String) async throws -> RawResponse {
        let connection = try await calls.process.connect()
        try await connection.send(
            "GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        return try await connection.response()
    }
}
