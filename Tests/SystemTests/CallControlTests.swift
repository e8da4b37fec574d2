import Crypto
import Domain
import Glibc
import Loop
import Postgres
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Orders for calls that are live, from the API to the process that carries the call, with Redis and without.
@Suite(.timeLimit(.minutes(5)), .serialized) struct CallControlTests {
    private static let patient: [CallerScript.Step] = [.hear(), .wait(120_000)]

    /// A call in which the greeting was heard.
    private static func live(_ phones: PhonesUnderTest) async throws -> (call: CallID, line: SimulatedCall) {
        let line = phones.ring(patient)
        let call = try await phones.call(line)
        try await phones.until("the greeting") { line.heard == PhonesUnderTest.greeting }
        return (call, line)
    }

    @Test func `a live call does what it is told, and one that is over does not`() async throws {
        try await PhonesUnderTest.with { phones in
            let (call, line) = try await Self.live(phones)
            let said = try await phones.post("/calls/\(call)/say", #"{"text":"One moment, please."}"#)
            #expect(try said.status == 202 && said.text("outcome") == "taken", "\(said.raw.text)")
            #expect(try said.text("conversation") != nil)
            try await phones.until("what is said") { line.heard.hasSuffix("One moment, please.") }

            let told = try await phones.post(
                "/calls/\(call)/inject", #"{"text":"The order has been sent.","replies":true}"#)
            #expect(told.status == 202, "\(told.raw.text)")
            // The model was told, and nothing that the caller had said.
            try await phones.until("the reply") { line.heard.hasSuffix("I heard:") }
            let question = phones.calls.world.chat.stage.seen.documents.last
            #expect(question.map { String(decoding: $0.bytes(), as: UTF8.self) }?.contains("has been sent") == true)

            for (path, body) in [
                ("dtmf", #"{"digits":"12#"}"#), ("mute", #"{"muted":true}"#), ("mute", #"{"muted":false}"#),
                ("interrupt", ""), ("cancel", ""),
            ] {
                let answer = try await phones.post("/calls/\(call)/\(path)", body)
                #expect(try answer.status == 202 && answer.text("outcome") == "taken", "\(path): \(answer.raw.text)")
            }
            for (path, body) in [("say", #"{"text":"x"}"#), ("hangup", ""), ("emergency-stop", "")] {
                let foreign = try await phones.api.post("/calls/\(call)/\(path)", token: phones.foreign, body)
                #expect(foreign.status == 404, "\(path)")
            }
            #expect(line.isAlive)

            let hungUp = try await phones.post("/calls/\(call)/hangup")
            #expect(try hungUp.status == 202 && hungUp.text("outcome") == "taken")
            let facts = try await phones.whole(call, endedFor: [.process])
            let end = try #require(facts.last { $0.by == .process })
            #expect(try end.type == "call.ended" && end.member("ended_reason")?.text == "stopped")
            try await phones.until("the end at the carrier") { !line.isAlive }
            #expect(facts.types(by: .process).contains("dtmf.sent"))
            for path in ["hangup", "interrupt", "cancel", "emergency-stop"] {
                let late = try await phones.post("/calls/\(call)/\(path)")
                #expect(try late.status == 409 && late.code == "call_not_live", "\(path): \(late.raw.text)")
            }
        }
    }

    @Test func `what a carrier tells of a transfer reaches the call, and stands in the log once`() async throws {
        try await PhonesUnderTest.with { phones in
            let (call, line) = try await Self.live(phones)
            let order = try await phones.post("/calls/\(call)/transfer", #"{"to":"+15550100033"}"#)
            #expect(order.status == 202, "\(order.raw.text)")
            var transfer: String?
            try await phones.until("the transfer") {
                let started = try await phones.told(call).first { $0.type == "transfer.started" }
                transfer = try started?.member("transfer_id")?.text
                return transfer != nil && phones.commands("target_leg_client_state") == 1
            }
            let id = try #require(transfer)
            // The leg of the one who was called is busy.
            let state = Base64.standard.encode(Array("transfer.\(call).\(id).blind".utf8).span)
            try await Self.tell(
                phones,
                """
                {"data":{"event_type":"call.hangup","id":"transfer-1","occurred_at":"\(Timestamp.now)",
                "payload":{"call_control_id":"v3:other","call_leg_id":"l","call_session_id":"s","client_state":"\(state)",
                "to":"+15550100033","hangup_cause":"user_busy","hangup_source":"callee"},"record_type":"event"}}
                """)
            try await phones.until("the apology") {
                line.heard.hasSuffix("I am sorry, nobody is available there right now.")
            }
            let facts = try await phones.told(call).filter { $0.type.hasPrefix("transfer.") }
            #expect(facts.map(\.type) == ["transfer.started", "transfer.ended"])
            #expect(facts.map(\.by) == [.process, .carrier])
            #expect(try await phones.post("/calls/\(call)/emergency-stop").status == 202)
            _ = try await phones.whole(call, endedFor: [.process])
        }
    }

    private static func tell(_ phones: PhonesUnderTest, _ webhook: String) async throws {
        let body = Array(webhook.utf8)
        let seconds = "\(Timestamp.now.microseconds / 1_000_000)"
        let signature = phones.telnyx.webhookKey.sign((Array("\(seconds)|".utf8) + body).span)
        let answer = try await phones.api.ask(
            "POST", "/webhooks/telnyx/call",
            headers: [
                "Telnyx-Timestamp": seconds,
                "Telnyx-Signature-Ed25519": Base64.standard.encode(signature.span),
            ], body: webhook)
        #expect(try answer.status == 200 && answer.text("verdict") == "applied", "\(answer.raw.text)")
    }

    @Test func `while the API has no Redis, callers are answered and calls are told through Postgres`() async throws {
        try await Loops.with { loops in
            let port = try FreePort.find()
            try await PrivateRedis.with(["--port", "\(port)"], on: loops.first) { redis in
                let (address, server) = ("redis://127.0.0.1:\(port)", redis.process.identifier)
                try await PhonesUnderTest.with(["REDIS_URL": address]) { phones in
                    kill(server, SIGKILL)
                    try await phones.api.process.untilReadiness("Redis is away") { $0.word(of: "redis") != "up" }
                    let (call, line) = try await Self.live(phones)
                    let said = try await phones.post("/calls/\(call)/say", #"{"text":"One moment, please."}"#)
                    #expect(try said.status == 202 && said.text("outcome") == "taken", "\(said.raw.text)")
                    try await phones.until("what is said") { line.heard.hasSuffix("One moment, please.") }
                    #expect(try await phones.post("/calls/\(call)/hangup").status == 202)
                    // Nobody knows who carries it: whoever tells first counts, and nobody tells twice.
                    let facts = try await phones.whole(call)
                    #expect(facts.count { $0.type == "call.ended" } == 1)
                    let late = try await phones.post("/calls/\(call)/say", #"{"text":"Hello?"}"#)
                    #expect(try late.status == 409 && late.code == "call_not_live")
                    let left = try await phones.api.owner.query(
                        "SELECT count(*) FROM call_orders WHERE taken_at IS NULL AND parcel ->> 'wants_answer' = 'true'"
                    )
                    #expect(try left.one.decode(Int.self) == 0)
                }
            }
        }
    }
}
