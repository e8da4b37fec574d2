import Crypto
import Domain
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls over Twilio through all three processes: its questions are answered with a stream, and what the log says is compared fact by
/// fact.
@Suite(.timeLimit(.minutes(5)), .serialized) struct TwilioCallTests {
    private static let rules = [
        ChatRule("name", say: "Nice to meet you, Anna."), ChatRule("bye", say: "Goodbye, Anna."),
        ChatRule("long", say: "There are many things that I would like to tell you about this."),
    ]
    private static let said = ["agent.started_speaking", "agent.spoke"]
    private static let turn =
        ["caller.started_speaking", "caller.stopped_speaking", "caller.said", "turn.ended"]
        + ["reply.requested", "reply.first_token", "reply.finished"] + said
    private static let over = ["media.stopped", "call.ended"]
    private static let answered = ["call.received", "call.answered", "media.started", "media.stopped"]
    private static let begun = ["media.started", "context.loaded"]

    @Test func `who calls is answered at the first question, and talked with until they hang up`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let line = try await phones.ringTwilio(
                [.hear(), .say("my name is Anna."), .hear(), .say("thanks, bye."), .hear(), .hangUp])
            let call = try await phones.call(line)
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(facts.types(by: .process) == Self.begun + Self.said + Self.turn + Self.turn + Self.over)
            #expect(facts.types(by: .carrier) == Self.answered)
            #expect(line.heard == "\(PhonesUnderTest.greeting) Nice to meet you, Anna. Goodbye, Anna.")
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "caller_hung_up")
            // No job, and no command: the question itself was answered.
            #expect(try await phones.jobs("answer_call") == 0 && phones.twilio.stage.seen.documents.isEmpty)
            #expect(phones.twilio.posted == ["voice", "stream-started", "stream-stopped", "status completed"])
            #expect(line.refusals == 0)
        }
    }

    @Test func `who falls into the agent's word is listened to, and what was not heard was not said`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let line = try await phones.ringTwilio([
                .hear(), .say("tell me a long story."), .hearWords(4), .say("my name is Anna."), .wait(60_000),
            ])
            let call = try await phones.call(line)
            // All of it, so that the end cuts nothing.
            try await phones.until("the answer") {
                try await phones.told(call).count { $0.type == "agent.spoke" } == 3
            }
            line.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(line.clears == 1)
            #expect(facts.count { $0.type == "agent.interrupted" } == 1)
            let cut = try facts.filter { $0.type == "agent.spoke" }.filter {
                try $0.member("interrupted") == .bool(true)
            }
            #expect(cut.count == 1)
            let heard = try cut.first?.member("heard_text")?.text ?? ""
            #expect(line.heard.contains(heard) && heard.hasPrefix("There are many"))
            #expect(line.heard.hasPrefix("\(PhonesUnderTest.greeting) There are many"))
            #expect(line.heard.hasSuffix("Nice to meet you, Anna."))
        }
    }

    @Test func `keys go both ways, and the stream stays`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let line = try await phones.ringTwilio([.hear(), .press("42#"), .wait(20_000)])
            let call = try await phones.call(line)
            try await phones.until("the caller's keys") {
                try await phones.told(call).contains { $0.type == "turn.ended" }
            }
            let pressed = try await phones.told(call).filter { $0.type == "dtmf.received" }
            #expect(try pressed.map { try $0.member("digits")?.text ?? "" } == ["4", "2", "#"])
            let given = try await phones.post("/calls/\(call)/dtmf", #"{"digits":"1w5*0#"}"#)
            #expect(try given.status == 202 && given.text("outcome") == "taken", "\(given.raw.text)")
            try await phones.until("our keys") { line.heardKeys == "15*0#" }
            #expect(line.isStreaming)
            line.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(facts.count { $0.type == "dtmf.sent" } == 1)
            #expect(phones.twilio.posted.count { $0 == "stream-started" } == 1)
        }
    }

    @Test func `who shall be called from a number of Twilio's is dialled there, once`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            try await phones.ownTwilioNumber()
            let callee = "+15550100044"
            phones.twilio.answers(
                callee, CallerScript([.hear(), .say("my name is Anna."), .wait(60_000)], answer: .answers(after: 100)))
            let asked = try await phones.post(
                "/calls",
                #"{"agent_id":"\#(phones.agent)","to":"\#(callee)","from":"\#(PhonesUnderTest.twilioNumber)"}"#)
            #expect(asked.status == 202, "\(asked.raw.text)")
            let text = try asked.id()
            let call = CallID(try #require(UUID(text)))
            try await phones.until("the answer") {
                phones.twilio.calls.first?.heard.hasSuffix("Nice to meet you, Anna.") == true
            }
            let given = try await phones.post("/calls/\(call)/hangup")
            #expect(try given.status == 202 && given.text("outcome") == "taken", "\(given.raw.text)")
            let facts = try await phones.whole(call, endedFor: [.process])
            try await phones.until("the end at the carrier") { phones.twilio.calls.first?.isAlive == false }
            #expect(facts.types(by: .user) == ["call.requested", "call.ordered"])
            #expect(
                facts.types(by: .carrier).prefix(4)
                    == ["call.dialed", "call.ringing", "call.answered", "media.started"])
            #expect(facts.types(by: .process) == Self.begun + Self.said + Self.turn + Self.over)
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "stopped")
            #expect(phones.twilio.calls.count == 1 && phones.telnyx.calls.isEmpty)
            #expect(try await phones.jobs("dial_call") == 1)
        }
    }

    @Test func `a stream that nobody takes is opened again by a command`() async throws {
        try await PhonesUnderTest.with(realtime: ["LEDGERLINE_CALLS_MAX": "1"]) { phones in
            let first = phones.ring([.hear(), .wait(120_000)])
            try await phones.until("the greeting") { first.heard == PhonesUnderTest.greeting }
            let second = try await phones.ringTwilio([.hear(), .hangUp])
            let call = try await phones.call(second)
            try await phones.until("a stream that is refused") {
                try await phones.told(call).contains { $0.type == "media.lost" }
            }
            first.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])
            #expect(second.heard == PhonesUnderTest.greeting)
            #expect(facts.count { $0.type == "call.ended" } == 1)
        }
    }

    @Test func `nobody's number is rejected, and an agent that is gone hangs up with the reason`() async throws {
        try await PhonesUnderTest.with { phones in
            let nobodys = phones.twilio.call(
                from: PhonesUnderTest.caller, to: "+15550100077", CallerScript([.hear()]))
            try await phones.until("the stranger's end") { nobodys.state == .ended(cause: "busy") }
            try await phones.api.owner.execute("UPDATE agents SET archived_at = clock_timestamp()")
            try await phones.api.owner.execute(
                """
                INSERT INTO phone_numbers (phone_number_id, number, organization_id, agent_id, carrier)
                VALUES (\(UUID.v7()), \(PhonesUnderTest.twilioNumber), \(phones.api.first.organization.uuid),
                    \(UUID(phones.agent)), 'twilio')
                """)
            let line = phones.twilio.call(
                from: PhonesUnderTest.caller, to: PhonesUnderTest.twilioNumber, CallerScript([.hear()]))
            let call = try await phones.call(line)
            let facts = try await phones.whole(call, endedFor: [.switchboard])
            try await phones.until("the end at the carrier") { !line.isAlive }
            #expect(facts.types(by: .switchboard) == ["call.ended"])
            #expect(try facts.last?.member("ended_reason")?.text == "agent_unusable")
        }
    }
}
