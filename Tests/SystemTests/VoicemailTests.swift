import Crypto
import Domain
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Machines that answer: the agent stops in the middle of a word, waits for the tone, leaves its message and hangs up.
@Suite(.timeLimit(.minutes(5)), .serialized) struct VoicemailTests {
    private static let greeting =
        "Hello, this is the library, and I am calling because of a book that you have ordered."
    private static let message = "Your book is here. Goodbye."
    private static let callee = "+15550100044"
    private static let word = ["agent.started_speaking", "agent.spoke"]
    private static let machine = CallerScript(
        [
            // Nobody says anything at first: the agent begins, and is not interrupted by a voice.
            .wait(3_000), .say("Please leave a message after the tone."), .beep, .wait(60_000),
        ], machineAfter: 1_500)

    private static func call(_ phones: PhonesUnderTest, from number: String) async throws -> CallID {
        let agent = try await phones.post(
            "/agents",
            #"{"name":"Library","persona":{"system_prompt":"p","first_message":"\#(greeting)","#
                + #""voicemail_message":"\#(message)"}}"#
        ).id()
        #expect(try await phones.post("/agents/\(agent)/publish").status == 200)
        let asked = try await phones.post(
            "/calls", #"{"agent_id":"\#(agent)","to":"\#(callee)","from":"\#(number)"}"#)
        #expect(asked.status == 202, "\(asked.raw.text)")
        let text = try asked.id()
        return CallID(try #require(UUID(text)))
    }

    @Test func `a machine hears the message after its tone, and is hung up on`() async throws {
        try await PhonesUnderTest.with { phones in
            phones.telnyx.answers(Self.callee, Self.machine)
            let call = try await Self.call(phones, from: PhonesUnderTest.number)
            let facts = try await phones.whole(call, endedFor: [.process])
            try await phones.until("the end at the carrier") { phones.telnyx.calls.first?.isAlive == false }
            #expect(
                facts.types(by: .process)
                    == ["media.started", "context.loaded"] + Self.word + Self.word + ["media.stopped", "call.ended"])
            #expect(
                facts.types(by: .carrier).prefix(5)
                    == ["call.dialed", "call.answered", "media.started", "machine.detected", "machine.detected"])
            let verdicts = try facts.filter { $0.type == "machine.detected" }.map { try $0.member("verdict")?.text }
            #expect(verdicts == ["machine", "machine_greeting_ended"])
            let spoken = facts.filter { $0.type == "agent.spoke" }
            #expect(try spoken.map { try $0.member("interrupted") } == [.bool(true), .bool(false)])
            let heard = try spoken.map { try $0.member("heard_text")?.text ?? "" }
            #expect(Self.greeting.hasPrefix(heard[0]) && !heard[0].isEmpty && heard[1] == Self.message)
            #expect(phones.telnyx.calls.first?.heard == heard.joined(separator: " "))
            let end = try #require(facts.last { $0.type == "call.ended" })
            #expect(try end.member("ended_reason")?.text == "voicemail_reached")
            #expect(try end.member("fault_owner")?.text == "callee")
        }
    }

    @Test func `a person is talked with, and what a carrier hears first changes nothing`() async throws {
        try await PhonesUnderTest.with { phones in
            phones.telnyx.answers(Self.callee, CallerScript([.hear(), .hangUp]))
            let call = try await Self.call(phones, from: PhonesUnderTest.number)
            let facts = try await phones.whole(call, endedFor: [.process])
            let verdicts = try facts.filter { $0.type == "machine.detected" }.map { try $0.member("verdict")?.text }
            #expect(verdicts == ["human"])
            #expect(phones.telnyx.calls.first?.heard == Self.greeting)
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "callee_hung_up")
        }
    }

    @Test func `over Twilio a machine gets its message too`() async throws {
        try await PhonesUnderTest.with { phones in
            try await phones.ownTwilioNumber()
            phones.twilio.answers(Self.callee, Self.machine)
            let call = try await Self.call(phones, from: PhonesUnderTest.twilioNumber)
            let facts = try await phones.whole(call, endedFor: [.process])
            try await phones.until("the end at the carrier") { phones.twilio.calls.first?.isAlive == false }
            let verdicts = try facts.filter { $0.type == "machine.detected" }.map { try $0.member("verdict")?.text }
            #expect(verdicts == ["machine_greeting_ended"])
            #expect(phones.twilio.calls.first?.heard.hasSuffix(Self.message) == true)
            #expect(try facts.last { $0.type == "call.ended" }?.member("ended_reason")?.text == "voicemail_reached")
        }
    }
}
