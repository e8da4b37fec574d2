import Domain
import HTTP
import Providers
import Testing
import Wire

/// What goes over the wire to Telnyx, seen by a real server.
@Suite struct TelnyxCommandsTests {
    static let call = CallID(value: 0x0198c5a2_7a00_7000_8000_000000000001)
    static let transfer = TransferID(value: 0x0198c5a2_7a00_7000_8000_000000000002)
    static let tag = LegTag.call(call, .outbound)
    static let state = Base64.standard.encode(Array(tag.text.utf8).span)
    static let target = LegTag.transfer(call, transfer, .blind)
    static let stream = CarrierCommand.MediaStream(url: Private("wss://media.example.com/media/telnyx/x"))
    static let done = CarrierUnderTest.json(200, #"{"data":{"result":"ok"}}"#)

    static func order(_ command: CarrierCommand, leg: String? = "v3:a/b_c", tag: LegTag? = nil, key: String = "k")
        -> CarrierOrder
    { CarrierOrder(command, of: call, leg: leg, tag: tag, key: key) }

    /// The command, the action in the path, and every field of the body but the two that all have.
    static let commands: [(CarrierCommand, String, String)] = [
        (
            .answer(nil), "answer",
            #"{"webhook_url":"https://voice.example.com/webhooks/telnyx/call","webhook_url_method":"POST","send_silence_when_idle":true}"#
        ),
        (
            .answer(stream), "answer",
            #"{"webhook_url":"https://voice.example.com/webhooks/telnyx/call","webhook_url_method":"POST","send_silence_when_idle":true,"stream_url":"wss://media.example.com/media/telnyx/x","stream_track":"inbound_track","stream_codec":"PCMU","stream_bidirectional_mode":"rtp","stream_bidirectional_codec":"PCMU"}"#
        ),
        (.hangup, "hangup", "{}"),
        (
            .transfer(
                .init(to: Private("+15550100003"), from: Private("+15550100001"), ringing: .seconds(2), tag: target)),
            "transfer",
            #"{"to":"+15550100003","from":"+15550100001","timeout_secs":5,"target_leg_client_state":"\#(Base64.standard.encode(Array(target.text.utf8).span))","webhook_url":"https://voice.example.com/webhooks/telnyx/call","webhook_url_method":"POST"}"#
        ),
        (.bridge("v3:other"), "bridge", #"{"call_control_id":"v3:other"}"#),
        (
            .startPlayback(url: "https://a.example/a.wav", times: 2), "playback_start",
            #"{"audio_url":"https://a.example/a.wav","loop":2}"#
        ),
        (.stopPlayback, "playback_stop", #"{"stop":"all"}"#),
        (
            .speak(text: Private("Hello"), voice: "female", language: "en-US"), "speak",
            #"{"payload":"Hello","payload_type":"text","voice":"female","language":"en-US"}"#
        ),
        (
            .gather(.init(digitsMax: 4, patience: .seconds(5))), "gather",
            ##"{"maximum_digits":4,"timeout_millis":5000,"terminating_digit":"#"}"##
        ),
        (.sendDigits(Private("1w2")), "send_dtmf", #"{"digits":"1w2"}"#),
        (.startRecording(channels: 2), "record_start", #"{"channels":"dual","format":"wav"}"#),
        (.stopRecording, "record_stop", "{}"),
        (
            .startStreaming(stream), "streaming_start",
            #"{"stream_url":"wss://media.example.com/media/telnyx/x","stream_track":"inbound_track","stream_codec":"PCMU","stream_bidirectional_mode":"rtp","stream_bidirectional_codec":"PCMU"}"#
        ),
        (.stopStreaming, "streaming_stop", "{}"),
    ]

    @Test(arguments: commands.indices)
    func `a command is one request as the carrier wants it`(index: Int) async throws {
        let (command, action, expected) = Self.commands[index]
        try await CarrierUnderTest.with(Self.done) { carrier, settings, line in
            let order = Self.order(command, tag: Self.tag)
            #expect(try await TelnyxCommands(settings, over: line).send(order) == CarrierReceipt())
            let asked = try #require(carrier.asked.first)
            #expect(carrier.asked.count == 1)
            #expect(asked.target == "/v2/calls/v3%3Aa%2Fb_c/actions/\(action)")
            #expect(asked.headers[.authorization] == "Bearer KEY0123")
            #expect(asked.headers[.contentType] == "application/json")
            var members: [(String, JSONValue)] = []
            if case .object(let object) = try JSONValue(json: Array(expected.utf8)) {
                members = object.members.map { ($0.name, $0.value) }
            }
            members += [("client_state", .string(Self.state)), ("command_id", .string(order.id.description))]
            #expect(try JSONValue(json: Array(asked.body.utf8)) == .object(members))
        }
    }

    @Test func `who is dialled has a leg`() async throws {
        let answer = CarrierUnderTest.json(
            200, #"{"data":{"call_control_id":"v3:x","call_leg_id":"l","call_session_id":"s","is_alive":false}}"#)
        try await CarrierUnderTest.with(answer) { carrier, settings, line in
            let dial = CarrierCommand.Dial(
                from: Private("+15550100001"), to: Private("+15550100002"), ringing: .seconds(20),
                lengthMax: .seconds(3600), detectsMachines: true)
            let receipt = try await TelnyxCommands(settings, over: line).send(
                Self.order(.dial(dial), leg: nil, tag: Self.tag))
            #expect(receipt.leg == CarrierLeg(carrier: "telnyx", control: "v3:x", session: "s", leg: "l"))
            let asked = try #require(carrier.asked.first)
            #expect(asked.target == "/v2/calls")
            let body = try JSONValue(json: Array(asked.body.utf8))
            #expect(body["connection_id"]?.text == "2811212257810187875")
            #expect(body["to"]?.text == "+15550100002" && body["from"]?.text == "+15550100001")
            #expect(body["timeout_secs"] == .integer(20) && body["time_limit_secs"] == .integer(3600))
            #expect(body["answering_machine_detection"]?.text == "premium")
            #expect(body["client_state"]?.text == Self.state)
        }
    }

    @Test func `the same order has the same id, and another one another`() {
        let order = Self.order(.hangup)
        #expect(order.id == Self.order(.hangup).id)
        #expect(order.id != Self.order(.hangup, key: "other").id)
        #expect(order.id != Self.order(.stopRecording).id)
    }

    @Test func `a call that has ended is no error`() async throws {
        let ended = CarrierUnderTest.json(422, #"{"errors":[{"code":"90018","title":"Call has already ended"}]}"#)
        try await CarrierUnderTest.with(ended) { carrier, settings, line in
            let receipt = try await TelnyxCommands(settings, over: line).send(Self.order(.hangup))
            #expect(receipt == CarrierReceipt(hadEnded: true))
            #expect(carrier.asked.count == 1)
        }
    }

    @Test func `a refusal is told with its code, once, and without what was sent`() async throws {
        let refusal = CarrierUnderTest.json(
            422, #"{"errors":[{"code":"10016","title":"x","detail":"+15550100002 is wrong"}]}"#)
        try await CarrierUnderTest.with(refusal) { carrier, settings, line in
            let error = await #expect(throws: CarrierError.self) {
                try await TelnyxCommands(settings, over: line).send(Self.order(.bridge("v3:y")))
            }
            #expect(error == .refused(status: 422, code: "10016"))
            #expect(error?.description.contains("+1555") == false)
            #expect(carrier.asked.count == 1)
        }
    }

    @Test func `without a key nothing is sent, and the error names it`() async throws {
        try await CarrierUnderTest.with(Self.done) { carrier, _, line in
            let settings = CarrierUnderTest.settings(at: "http://127.0.0.1:1", ["TELNYX_API_KEY": ""])
            await #expect(throws: CarrierError.notConfigured("TELNYX_API_KEY")) {
                try await TelnyxCommands(settings, over: line).send(Self.order(.hangup))
            }
            #expect(carrier.asked.isEmpty)
        }
    }

    @Test func `what fails in passing is sent again as the same command`() async throws {
        let fails = CarrierUnderTest.json(503, "{}")
        try await CarrierUnderTest.with(fails, fails, Self.done) { carrier, settings, line in
            _ = try await TelnyxCommands(settings, over: line).send(Self.order(.hangup))
            #expect(carrier.asked.count == 3)
            #expect(Set(carrier.asked.map(\.body)).count == 1)
            #expect(carrier.pauses == [.milliseconds(100), .milliseconds(200)])
        }
    }

    @Test func `a carrier that is busy is asked again when it says`() async throws {
        let busy = CarrierUnderTest.json(429, "{}").with(.retryAfter, "2")
        try await CarrierUnderTest.with(busy, Self.done) { carrier, settings, line in
            _ = try await TelnyxCommands(settings, over: line).send(Self.order(.hangup))
            #expect(carrier.pauses == [.milliseconds(2100)])
            carrier.answers(CarrierUnderTest.json(429, "{}").with(.retryAfter, "60"))
            await #expect(throws: CarrierError.overloaded) {
                try await TelnyxCommands(settings, over: line).send(Self.order(.hangup))
            }
            #expect(carrier.asked.count == 3)
        }
    }

    @Test func `who fails again and again is left alone, and tried once after a while`() async throws {
        try await CarrierUnderTest.with(CarrierUnderTest.json(500, "{}")) { carrier, settings, line in
            let commands = TelnyxCommands(settings, over: line)
            await #expect(throws: CarrierError.failed(status: 500)) { try await commands.send(Self.order(.hangup)) }
            #expect(carrier.asked.count == RetryPlan.attemptsMax)
            await #expect(throws: CarrierError.resting) { try await commands.send(Self.order(.hangup)) }
            #expect(carrier.asked.count == Breaker.failuresMax)
            await #expect(throws: CarrierError.resting) { try await commands.send(Self.order(.hangup)) }
            #expect(carrier.asked.count == Breaker.failuresMax)
            #expect(line.isResting)
            carrier.passes(Breaker.rest)
            carrier.answers(Self.done)
            _ = try await commands.send(Self.order(.hangup))
            #expect(!line.isResting)
            #expect(carrier.asked.count == Breaker.failuresMax + 1)
        }
    }
}
