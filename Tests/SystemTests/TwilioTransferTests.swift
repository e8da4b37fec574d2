import Domain
import Simulators
import TestKit
import Testing
import Wire

/// Callers over Twilio who are handed over to somebody: the stream is gone then, and webhooks tell the process what becomes of it.
@Suite(.timeLimit(.minutes(3)), .serialized) struct TwilioTransferTests {
    private static let human = "+15550100033"

    /// A call that was greeted, and is then handed over.
    private static func handedOver(
        _ phones: PhonesUnderTest, _ answer: CallerScript.Answer
    ) async throws -> (call: CallID, line: SimulatedCall) {
        phones.twilio.answers(human, CallerScript(answer: answer))
        let line = try await phones.ringTwilio([.hear(), .wait(120_000)])
        try await phones.until("the greeting") { line.heard == PhonesUnderTest.greeting }
        let call = try await phones.call(line)
        let order = try await phones.post("/calls/\(call)/transfer", #"{"to":"\#(human)"}"#)
        #expect(order.status == 202, "\(order.raw.text)")
        return (call, line)
    }

    private static func transfers(_ facts: [PhonesUnderTest.Told], by teller: PhonesUnderTest.Teller) -> [String] {
        facts.filter { $0.by == teller && $0.type.hasPrefix("transfer.") }.map(\.type)
    }

    @Test func `who is handed over is watched until the human's leg has ended`() async throws {
        try await PhonesUnderTest.with { phones in
            let (call, line) = try await Self.handedOver(phones, .answers(after: 50))
            try await phones.until("the bridge in the log") {
                try await phones.told(call).contains { $0.type == "transfer.bridged" }
            }
            // Both talk, without us and without sound; the call is not over.
            let human = try #require(phones.twilio.calls.first { $0 !== line })
            #expect(line.isAlive && !line.isStreaming && human.isAlive)
            try await phones.until("the read model") {
                try await phones.api.get("/calls/\(call)", token: phones.token).text("status") == "transferring"
            }
            #expect(try await !phones.told(call).contains { $0.type == "call.ended" })
            human.hangUpNow()
            let facts = try await phones.whole(call, endedFor: [.process])
            let end = try #require(facts.first { $0.type == "call.ended" })
            #expect(try end.member("ended_reason")?.text == "transferred")
            let ended = try #require(facts.first { $0.type == "transfer.ended" })
            #expect(try ended.by == .carrier && ended.member("reason")?.text == "completed")
            #expect(
                facts.count { $0.type == "transfer.bridged" } == 1 && facts.count { $0.type == "transfer.ended" } == 1)
            #expect(Self.transfers(facts, by: .process) == ["transfer.started"])
            try await phones.until("the end at the carrier") { !line.isAlive }
            #expect(phones.twilio.calls.count == 2)
        }
    }

    @Test func `a human who does not answer is no end that the log keeps quiet about`() async throws {
        try await PhonesUnderTest.with { phones in
            let (call, line) = try await Self.handedOver(phones, .busy)
            let facts = try await phones.whole(call)
            let ended = try #require(facts.first { $0.type == "transfer.ended" })
            #expect(try ended.by == .carrier && ended.member("reason")?.text == "busy")
            #expect(!facts.contains { $0.type == "transfer.bridged" })
            try await phones.until("the end at the carrier") { !line.isAlive }
        }
    }
}
