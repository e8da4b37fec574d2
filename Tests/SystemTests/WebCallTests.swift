import Crypto
import Domain
import HTTP
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls that somebody holds in a browser, from the request that opens them to their end.
@Suite(.timeLimit(.minutes(4)), .serialized) struct WebCallTests {
    private static let story =
        "Once upon a time there was a house of tables in which everybody had a place to sit down."
    private static let rules = [
        ChatRule("name", say: "Nice to meet you, Anna."), ChatRule("story", say: story),
        ChatRule("question", say: "Please ask."),
    ]
    private static let begun = ["call.requested", "call.answered", "media.started", "context.loaded"]
    private static let said = ["agent.started_speaking", "agent.spoke"]
    private static let asked = ["caller.started_speaking", "caller.stopped_speaking", "caller.said", "turn.ended"]
    private static let thought = ["reply.requested", "reply.first_token", "reply.finished"]
    private static let over = ["media.stopped", "call.ended"]

    /// What the API answers, and the call in it.
    private static func open(_ phones: PhonesUnderTest) async throws -> (call: CallID, mediaURL: String) {
        let answer = try await phones.post(
            "/calls/web", #"{"agent_id":"\#(phones.agent)","metadata":{"page":"/help"}}"#)
        try #require(answer.status == 201, "\(answer.raw.text)")
        let id = try answer.id()
        return (CallID(try #require(UUID(id))), try #require(try answer.text("media_url")))
    }

    @Test func `a call in a browser is greeted, answered, interrupted, and over when the page is closed`() async throws
    {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let (call, mediaURL) = try await Self.open(phones)
            let browsers = WebSimulator(on: phones.loop)
            let line = browsers.open(
                mediaURL,
                CallerScript([
                    .hear(), .say("my name is Anna."), .hear(), .say("tell me a story please."), .hearWords(6),
                    .say("actually, I have a question."), .hear(quietFor: 4_000), .hangUp,
                ]))
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(
                facts.map(\.event).story
                    == Self.begun + Self.said + Self.asked + Self.thought + Self.said + Self.asked + Self.thought
                    + [
                        "agent.started_speaking", "caller.started_speaking", "agent.interrupted", "agent.spoke",
                        "caller.stopped_speaking", "caller.said", "turn.ended",
                    ] + Self.thought + Self.said + Self.over)
            #expect(facts.types(by: .user) == ["call.requested"] && facts.types(by: .carrier).isEmpty)
            let heard = try facts.filter { $0.type == "agent.spoke" }.map { try $0.member("heard_text")?.text ?? "" }
            #expect(heard.count == 4 && Self.story.hasPrefix(heard[2]) && heard[2].count < Self.story.count)
            #expect(line.heard.hasPrefix("\(PhonesUnderTest.greeting) Nice to meet you, Anna. Once upon a time"))
            #expect(line.heard.hasSuffix("Please ask.") && line.clears >= 1 && line.refusals == 0)
            let started = try #require(facts.first { $0.type == "media.started" })
            #expect(try started.member("codec")?.text == "l16" && started.member("sample_rate")?.wholeNumber == 16_000)
            let end = try #require(facts.last)
            #expect(try end.type == "call.ended" && end.member("ended_reason")?.text == "caller_hung_up")
            try await phones.until("the read model") {
                try await phones.api.get("/calls/\(call)", token: phones.token).text("status") == "ended"
            }
            let row = try await phones.api.get("/calls/\(call)", token: phones.token)
            #expect(try row.text("direction") == "inbound" && row.json["metadata"]?["page"]?.text == "/help")
            // The address was good once.
            let again = browsers.open(mediaURL, CallerScript([.hear()]))
            try await phones.until("the refusal") { again.refusedWith != nil }
            #expect(again.refusedWith == 404)
            for process in [phones.api.process, phones.calls.process, phones.workers] {
                #expect(!process.process.output.contains(mediaURL.suffix(64)), "a token stands in the log")
            }
        }
    }

    @Test func `orders reach a call in a browser, keys go both ways, and there is nobody to hand over to`() async throws
    {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let (call, mediaURL) = try await Self.open(phones)
            let browsers = WebSimulator(on: phones.loop)
            let line = browsers.open(mediaURL, CallerScript([.hear(), .press("42#"), .wait(60_000)]))
            try await phones.until("the caller's keys") {
                try await phones.told(call).contains { $0.type == "turn.ended" }
            }
            #expect(try await phones.post("/calls/\(call)/dtmf", #"{"digits":"15"}"#).status == 202)
            try await phones.until("our keys") { line.heardKeys == "15" }
            #expect(try await phones.post("/calls/\(call)/transfer", #"{"to":"+15550100033"}"#).status == 202)
            try await phones.until("the apology") {
                line.heard.hasSuffix("I am sorry, nobody is available there right now.")
            }
            #expect(try await phones.post("/calls/\(call)/hangup").status == 202)
            let facts = try await phones.whole(call, endedFor: [.process])
            try await phones.until("the end of the socket") { !line.isStreaming }
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "stopped")
            let pressed = try facts.filter { $0.type == "dtmf.received" }.map { try $0.member("digits")?.text ?? "" }
            #expect(pressed == ["4", "2", "#"])
        }
    }

    @Test func `whoever floods a socket, or says nothing that can be read, is cut off`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let second = [UInt8](repeating: 0, count: 6_400)
            let nonsense = #"{"event":"#
            for isFlood in [true, false] {
                let (call, mediaURL) = try await Self.open(phones)
                let socket = try await WebSocketClient.connect(mediaURL, on: phones.loop)
                try await socket.send(#"{"event":"start","sample_rate":16000}"#)
                // 200 ms each: more than five seconds at once, and more than fifty messages in a row.
                for _ in 0..<60 {
                    if isFlood { _ = socket.sendNow(.binary, second.span) } else { try await socket.send(nonsense) }
                }
                do { while try await socket.receive() != nil {} } catch {
                    // Closed, which is what is waited for.
                }
                let facts = try await phones.whole(call, endedFor: [.process])
                #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "caller_hung_up")
            }
        }
    }

    @Test func `a call that no browser opens, and one whose process dies, are given up`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let (unopened, _) = try await Self.open(phones)
            try await phones.api.owner.execute(
                "UPDATE jobs SET created_at = created_at - interval '3 minutes', run_at = now() WHERE kind = 'watch_web_call'"
            )
            let facts = try await phones.whole(unopened, endedFor: [.switchboard])
            #expect(facts.map(\.type) == ["call.requested", "call.ended"])
            #expect(try facts.last?.member("ended_reason")?.text == "start_timed_out")
        }
    }
}
