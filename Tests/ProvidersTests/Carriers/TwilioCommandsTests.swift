import Domain
import HTTP
import Providers
import Testing
import Wire

/// What goes over the wire to Twilio, seen by a real server.
@Suite struct TwilioCommandsTests {
    static let call = TelnyxCommandsTests.call
    static let tag = TelnyxCommandsTests.tag
    static let stream = CarrierCommand.MediaStream(url: Private("wss://media.example.com/media/twilio/x?a=1&b"))
    static let done = CarrierUnderTest.json(200, #"{"sid":"CA1"}"#)

    static func order(_ command: CarrierCommand, leg: String? = "CA1") -> CarrierOrder {
        CarrierOrder(command, of: call, leg: leg, tag: tag, key: "k")
    }

    static func twiml(_ inner: String) -> [String: String] { ["Twiml": "<Response>\(inner)</Response>"] }

    static let connected =
        #"<Connect><Stream url="wss://media.example.com/media/twilio/x?a=1&amp;b" statusCallback="#
        + #""https://voice.example.com/webhooks/twilio/stream?tag=\#(tag.text)"></Stream></Connect>"#
        + #"<Pause length="20"></Pause>"#
    static let hold = #"<Pause length="14400"></Pause>"#

    static let commands: [(CarrierCommand, String, [String: String])] = [
        (.answer(nil), "/CA1", twiml(hold)),
        (.answer(stream), "/CA1", twiml(connected)), (.startStreaming(stream), "/CA1", twiml(connected)),
        (.hangup, "/CA1", ["Status": "completed"]),
        (
            .startPlayback(url: "https://a.example/a.wav?x&y", times: 2), "/CA1",
            twiml(#"<Play loop="2">https://a.example/a.wav?x&amp;y</Play>"# + hold)
        ),
        (
            .speak(text: Private("</Say><Hangup/>"), voice: "alice", language: "en-US"), "/CA1",
            twiml(#"<Say voice="alice" language="en-US">&lt;/Say&gt;&lt;Hangup/&gt;</Say>"# + hold)
        ),
        (.sendDigits(Private("1w2")), "/CA1", twiml(#"<Play digits="1w2"></Play>"# + hold)),
        (
            .startRecording(channels: 2), "/CA1/Recordings",
            [
                "RecordingChannels": "dual",
                "RecordingStatusCallback": "https://voice.example.com/webhooks/twilio/recording?tag=\(tag.text)",
                "RecordingStatusCallbackEvent": "in-progress completed absent",
            ]
        ),
        (.stopRecording, "/CA1/Recordings/Twilio.CURRENT", ["Status": "stopped"]),
    ]

    @Test(arguments: commands.indices)
    func `a command is one form as the carrier wants it`(index: Int) async throws {
        let (command, path, expected) = Self.commands[index]
        try await CarrierUnderTest.with(Self.done) { carrier, settings, line in
            #expect(try await TwilioCommands(settings, over: line).send(Self.order(command)) == CarrierReceipt())
            let asked = try #require(carrier.asked.first)
            #expect(asked.target == "/v2/2010-04-01/Accounts/AC1/Calls\(path).json")
            #expect(asked.headers[.authorization] == "Basic " + Base64.standard.encode(Array("AC1:token".utf8).span))
            #expect(asked.headers[.contentType] == "application/x-www-form-urlencoded")
            let form = try #require(Query(Array(asked.body.utf8)))
            #expect(Dictionary(uniqueKeysWithValues: form.items.map { ($0.name, $0.value) }) == expected)
        }
    }

    @Test func `who is dialled has a leg, and tells of it`() async throws {
        try await CarrierUnderTest.with(CarrierUnderTest.json(201, #"{"sid":"CA9"}"#)) { carrier, settings, line in
            let dial = CarrierCommand.Dial(
                from: Private("+15550100001"), to: Private("+15550100002"), detectsMachines: true, stream: Self.stream)
            let receipt = try await TwilioCommands(settings, over: line).send(Self.order(.dial(dial), leg: nil))
            #expect(receipt.leg == CarrierLeg(carrier: "twilio", control: "CA9"))
            let asked = try #require(carrier.asked.first)
            #expect(asked.target == "/v2/2010-04-01/Accounts/AC1/Calls.json")
            let form = try #require(Query(Array(asked.body.utf8)))
            #expect(form["To"] == "+15550100002" && form["From"] == "+15550100001" && form["Timeout"] == "30")
            #expect(form["StatusCallback"] == "https://voice.example.com/webhooks/twilio/status?tag=\(Self.tag.text)")
            #expect(form.values(of: "StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"])
            #expect(form["AsyncAmdStatusCallback"]?.contains("/webhooks/twilio/machine?tag=call.") == true)
        }
    }

    @Test func `a transfer and a gathering name where their answers go`() async throws {
        try await CarrierUnderTest.with(Self.done) { carrier, settings, line in
            let commands = TwilioCommands(settings, over: line)
            let target = TelnyxCommandsTests.target
            _ = try await commands.send(Self.order(.transfer(.init(to: Private("+15550100003"), tag: target))))
            let gather = Self.order(.gather(.init(digitsMax: 4, patience: .seconds(5))))
            _ = try await commands.send(gather)
            let markups = carrier.asked.map { Query(Array($0.body.utf8))?["Twiml"] ?? "" }
            #expect(
                markups[0].contains(
                    #"<Number statusCallback="https://voice.example.com/webhooks/twilio/status?tag=\#(target.text)""#))
            #expect(markups[0].contains(">+15550100003</Number></Dial>"))
            #expect(markups[1].contains("/webhooks/twilio/gather?tag=\(Self.tag.text)&amp;key=\(gather.id)\""))
        }
    }

    @Test(arguments: [CarrierCommand.bridge("CA2"), .stopPlayback, .stopStreaming])
    func `what it has no command for is refused by name`(command: CarrierCommand) async throws {
        try await CarrierUnderTest.with(Self.done) { carrier, settings, line in
            await #expect(throws: CarrierError.unsupported(.twilio, command: command.name)) {
                try await TwilioCommands(settings, over: line).send(Self.order(command))
            }
            #expect(carrier.asked.isEmpty)
        }
    }

    @Test(arguments: [(UInt16(404), 20404), (400, 21220)])
    func `a call that has ended is no error`(status: UInt16, code: Int) async throws {
        try await CarrierUnderTest.with(CarrierUnderTest.json(status, #"{"code":\#(code)}"#)) {
            carrier, settings, line in
            let receipt = try await TwilioCommands(settings, over: line).send(Self.order(.hangup))
            #expect(receipt == CarrierReceipt(hadEnded: true))
        }
    }

    @Test func `what may have been done is not done again`() async throws {
        try await CarrierUnderTest.with(CarrierUnderTest.json(503, "{}"), Self.done) { carrier, settings, line in
            let commands = TwilioCommands(settings, over: line)
            await #expect(throws: CarrierError.failed(status: 503)) {
                try await commands.send(Self.order(.speak(text: Private("x"), voice: "alice", language: "en")))
            }
            #expect(carrier.asked.count == 1)
            carrier.answers(CarrierUnderTest.json(503, "{}"), Self.done)
            _ = try await commands.send(Self.order(.hangup))
            #expect(carrier.asked.count == 3)
        }
    }

    @Test func `who asks is answered with a stream, once for each token`() {
        let stream = CarrierCommand.MediaStream(of: .twilio, at: "wss://media.example.com", token: "t0")
        #expect(
            TwilioMarkup.answer(stream, Self.tag, at: "https://voice.example.com")
                == "<Response>"
                + Self.connected.split(separator: "x?a=1&amp;b").joined(separator: "t0") + "</Response>")
    }

    @Test func `somebody who may have been dialled is not dialled again`() {
        let dial = Self.order(.dial(.init(from: Private("+15550100001"), to: Private("+15550100002"))), leg: nil)
        let doubtful: [CarrierError] = [.failed(status: 500), .unreachable(.connectionLost)]
        let certain: [CarrierError] = [.unreachable(.connectFailed), .overloaded, .resting]
        #expect(doubtful.allSatisfy { dial.isDangerousTwice(at: .twilio, after: $0) })
        #expect(!certain.contains { dial.isDangerousTwice(at: .twilio, after: $0) })
        #expect(!doubtful.contains { dial.isDangerousTwice(at: .telnyx, after: $0) })
        #expect(!doubtful.contains { Self.order(.hangup).isDangerousTwice(at: .twilio, after: $0) })
    }
}
