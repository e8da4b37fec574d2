import Domain
import Providers
import Testing
import Wire

/// What each webhook of call control becomes.
@Suite struct TelnyxWebhookTests {
    static let call = CallID(value: 0x0198c5a2_7a00_7000_8000_000000000001)
    static let transfer = TransferID(value: 0x0198c5a2_7a00_7000_8000_000000000002)
    static let at = Instant(microseconds: 1_789_000_136_845_276)
    static let leg = CarrierLeg(carrier: "telnyx", control: "v3:a-b_c", session: "session", leg: "leg")
    static let from = Private("+15005550001"), to = Private("+15005550002")

    static let received = CallReceived(from: from, to: to, leg: leg)
    static let outbound = LegTag.call(call, .outbound), inbound = LegTag.call(call, .inbound)
    static let handover = LegTag.transfer(call, transfer, .blind)

    static func body(_ type: String, tag: LegTag? = nil, numbers: Bool = true, _ payload: String = "") -> [UInt8] {
        let state = tag.map { "\"\(Base64.standard.encode(Array($0.text.utf8).span))\"" } ?? "null"
        let people = numbers ? #""from":"+15005550001","to":"+15005550002","# : ""
        return Array(
            """
            {"data":{"event_type":"\(type)","id":"8e9d31c3-9052-41c4-aca9-dffa579e0669",
            "occurred_at":"2026-09-10T00:28:56.845276Z","payload":{"call_control_id":"v3:a-b_c","call_leg_id":"leg",
            "call_session_id":"session","client_state":\(state),\(people)"connection_id":"2811212257810187875"\(payload)},
            "record_type":"event"},"meta":{"attempt":1}}
            """.utf8)
    }

    static func ended(_ reason: EndedReason, _ cause: String, _ source: String?, _ sip: Int?, billable: Bool = false)
        -> [CallEvent]
    {
        [
            .callEnded(
                CallEnded(
                    reason: reason, faultOwner: reason.faultOwner, hangupCause: cause, hangupSource: source,
                    sipCode: sip,
                    isBillable: billable))
        ]
    }

    static func hangup(_ cause: String, _ source: String, _ sip: String) -> String {
        #","hangup_cause":"\#(cause)","hangup_source":"\#(source)","sip_hangup_cause":"\#(sip)""#
    }

    static func recording(_ id: String) -> RecordingID { DerivedID.make("recording", "telnyx", id) }

    static let calls: [([UInt8], [CallEvent])] = [
        (body("call.initiated", #","direction":"incoming","state":"parked""#), [.callReceived(received)]),
        (body("call.initiated", #","direction":"outgoing""#), []),
        (body("call.initiated", tag: outbound, #","direction":"outgoing""#), [.callDialed(CallDialed(leg: leg))]),
        (
            body("call.initiated", tag: handover, #","direction":"outgoing""#),
            [.transferStarted(TransferStarted(transfer: transfer, target: to, mode: .blind))]
        ),
        (body("call.answered"), [.callAnswered(CallAnswered(at: at))]),
        (body("call.answered", tag: handover), []),
        (body("call.bridged"), [.callBridged(CallBridged(leg: leg))]),
        (
            body("call.bridged", tag: handover),
            [.transferBridged(TransferBridged(transfer: transfer, target: to, mode: .blind))]
        ),
        (
            body("call.hangup", hangup("normal_clearing", "caller", "200")),
            ended(.callerHungUp, "normal_clearing", "caller", 200, billable: true)
        ),
        (
            body("call.hangup", hangup("normal_clearing", "callee", "unspecified")),
            ended(.agentHungUp, "normal_clearing", "callee", nil, billable: true)
        ),
        (
            body("call.hangup", tag: outbound, hangup("normal_clearing", "callee", "200")),
            ended(.calleeHungUp, "normal_clearing", "callee", 200, billable: true)
        ),
        (
            body("call.hangup", tag: outbound, hangup("normal_clearing", "caller", "200")),
            ended(.agentHungUp, "normal_clearing", "caller", 200, billable: true)
        ),
        (
            body("call.hangup", hangup("originator_cancel", "caller", "487")),
            ended(.callerCancelled, "originator_cancel", "caller", 487)
        ),
        (
            body("call.hangup", tag: outbound, hangup("originator_cancel", "caller", "487")),
            ended(.stopped, "originator_cancel", "caller", 487)
        ),
        (
            body("call.hangup", tag: outbound, hangup("user_busy", "callee", "486")),
            ended(.calleeBusy, "user_busy", "callee", 486)
        ),
        (
            body("call.hangup", tag: outbound, hangup("timeout", "unknown", "unspecified")),
            ended(.calleeNoAnswer, "timeout", "unknown", nil)
        ),
        (
            body("call.hangup", tag: outbound, hangup("no_answer", "unknown", "480")),
            ended(.calleeNoAnswer, "no_answer", "unknown", 480)
        ),
        (
            body("call.hangup", tag: outbound, hangup("call_rejected", "callee", "603")),
            ended(.calleeDeclined, "call_rejected", "callee", 603)
        ),
        (
            body("call.hangup", tag: outbound, hangup("call_rejected", "callee", "607")),
            ended(.markedAsSpam, "call_rejected", "callee", 607)
        ),
        (
            body("call.hangup", tag: outbound, hangup("call_rejected", "callee", "403")),
            ended(.carrierRefused, "call_rejected", "callee", 403)
        ),
        (
            body("call.hangup", tag: outbound, hangup("not_found", "callee", "404")),
            ended(.destinationInvalid, "not_found", "callee", 404)
        ),
        (
            body("call.hangup", tag: outbound, hangup("unspecified", "unknown", "503")),
            ended(.carrierCongested, "unspecified", "unknown", 503)
        ),
        (
            body("call.hangup", tag: outbound, hangup("unspecified", "unknown", "500")),
            ended(.carrierUnavailable, "unspecified", "unknown", 500)
        ),
        (
            body("call.hangup", tag: outbound, hangup("something_new", "unknown", "unspecified")),
            ended(.dialFailed, "something_new", "unknown", nil)
        ),
        (
            body("call.hangup", hangup("something_new", "unknown", "unspecified")),
            ended(.carrierHungUp, "something_new", "unknown", nil)
        ),
        (
            body("call.hangup", tag: inbound, hangup("time_limit", "unknown", "200")),
            ended(.durationMaxReached, "time_limit", "unknown", 200, billable: true)
        ),
        (
            body("call.hangup", tag: handover, hangup("user_busy", "callee", "486")),
            [.transferEnded(TransferEnded(transfer: transfer, target: to, mode: .blind, reason: .busy))]
        ),
        (
            body("call.hangup", tag: handover, hangup("normal_clearing", "callee", "200")),
            [.transferEnded(TransferEnded(transfer: transfer, target: to, mode: .blind, reason: .targetHungUp))]
        ),
    ]

    static let others: [([UInt8], [CallEvent])] = [
        (
            body("call.machine.detection.ended", #","result":"human""#),
            [.machineDetected(MachineDetected(verdict: .human))]
        ),
        (
            body("call.machine.detection.ended", #","result":"machine""#),
            [.machineDetected(MachineDetected(verdict: .machine))]
        ),
        (
            body("call.machine.detection.ended", #","result":"not_sure""#),
            [.machineDetected(MachineDetected(verdict: .unknown))]
        ),
        (
            body("call.machine.premium.detection.ended", #","result":"human_business""#),
            [.machineDetected(MachineDetected(verdict: .human))]
        ),
        (
            body("call.machine.premium.detection.ended", #","result":"fax_detected""#),
            [.machineDetected(MachineDetected(verdict: .fax))]
        ),
        (
            body("call.machine.premium.detection.ended", #","result":"silence""#),
            [.machineDetected(MachineDetected(verdict: .silence))]
        ),
        (
            body("call.machine.greeting.ended", #","result":"ended""#),
            [.machineDetected(MachineDetected(verdict: .machineGreetingEnded))]
        ),
        (
            body("call.machine.premium.greeting.ended", #","result":"beep_detected""#),
            [.machineDetected(MachineDetected(verdict: .machineGreetingEnded))]
        ),
        (body("call.dtmf.received", ##","digit":"#""##), [.dtmfReceived(DTMFReceived(digits: Private("#")))]),
        (
            body(
                "call.recording.saved", numbers: false,
                #","recording_id":"r1","channels":"dual","format":"wav","recording_started_at":"2026-09-10T00:00:00.000000Z","recording_ended_at":"2026-09-10T00:00:12.500000Z","recording_urls":{"wav":"https://x"}"#
            ),
            [
                .recordingStored(
                    RecordingStored(recording: recording("r1"), key: "telnyx:r1", channels: 2, duration: 12_500))
            ]
        ),
        (
            body("call.recording.error", numbers: false, #","recording_id":"r1","reason":"x""#),
            [.recordingFailed(RecordingFailed(recording: recording("r1"), reason: .carrierFailed))]
        ),
        (
            body("streaming.started", numbers: false, #","stream_id":"s1","stream_url":"wss://x/secret""#),
            [.mediaStarted(MediaStarted(media: "s1", codec: .pcmu, sampleRate: 8_000))]
        ),
        (
            body("streaming.stopped", numbers: false, #","stream_id":"s1""#),
            [.mediaStopped(MediaStopped(media: "s1", reason: .closedByCarrier))]
        ),
        (
            body("streaming.failed", numbers: false, #","stream_id":"s1","failure_reason":"connection_failed""#),
            [.mediaLost(MediaLost(media: "s1", reason: .connectionLost))]
        ),
        (body("call.refer.started"), []), (body("conference.created"), []), (body("call.something.new"), []),
    ]

    @Test(arguments: (calls + others + line).indices)
    func `a webhook becomes what it means`(index: Int) throws {
        let (body, facts) = (Self.calls + Self.others + Self.line)[index]
        let notice = try TelnyxWebhook(body).notice
        #expect(notice.facts == facts)
        #expect(notice.at == Self.at)
        #expect(notice.leg == Self.leg)
        #expect(notice.id == "8e9d31c3-9052-41c4-aca9-dffa579e0669")
    }

    @Test func `a notice says how its call is found`() throws {
        func standing(_ body: [UInt8]) throws -> CarrierNotice.Standing { try TelnyxWebhook(body).notice.standing }
        #expect(try standing(Self.body("call.answered", tag: Self.outbound)) == .tagged(Self.outbound))
        #expect(try standing(Self.body("call.hangup", tag: Self.handover)) == .tagged(Self.handover))
        #expect(try standing(Self.body("call.hangup")) == .incoming(to: Self.to))
        #expect(try standing(Self.body("call.recording.saved", numbers: false)) == .named)
        #expect(try standing(Self.body("call.initiated", #","direction":"outgoing""#)) == .none)
        let foreign = Base64.standard.encode(Array("somebody else's".utf8).span)
        let body = String(decoding: Self.body("call.answered"), as: UTF8.self)
            .replacing("\"client_state\":null", with: "\"client_state\":\"\(foreign)\"")
        #expect(try standing(Array(body.utf8)) == .incoming(to: Self.to))
    }

    @Test func `the same webhook gives the same ids, and another one others`() throws {
        let notice = try TelnyxWebhook(Self.body("call.answered")).notice
        var other = notice
        other.id = "another"
        #expect(notice.eventID(0) == (try TelnyxWebhook(Self.body("call.answered")).notice).eventID(0))
        #expect(Set([notice.eventID(0), notice.eventID(1), other.eventID(0)]).count == 3)
        #expect(notice.eventID(0).description.split(separator: "-")[2].hasPrefix("8"))
    }

    @Test(arguments: [
        ("[]", "data"), ("{}", "data"), (#"{"data":{"event_type":"call.answered"}}"#, "data.id"),
        (#"{"data":{"id":"1"}}"#, "data.event_type"), (#"{"data":{"id":"1","event_type":"x"}}"#, "data.occurred_at"),
        (#"{"data":{"id":"1","event_type":"x","occurred_at":"yesterday"}}"#, "data.occurred_at"), ("{", "body"),
    ])
    func `what is no webhook is refused by the place`(body: String, field: String) {
        #expect {
            try TelnyxWebhook(Array(body.utf8))
        } throws: { ($0 as? WebhookFault)?.field == field }
    }

    @Test(arguments: [LegTag.call(call, .inbound), .call(call, .outbound), .transfer(call, transfer, .attended)])
    func `what we give a leg comes back as it was`(tag: LegTag) {
        #expect(LegTag(tag.text) == tag)
        for broken in ["", "call", tag.text + ".x", tag.text.replacing("0198", with: "01"), "x" + tag.text] {
            #expect(LegTag(broken) == nil)
        }
    }

    @Test(
        arguments: [
            ("2026-09-10T00:28:56.845276Z", 1_789_000_136_845_276),
            ("2026-09-10T02:28:56+02:00", 1_789_000_136_000_000),
            ("1970-01-01T00:00:00Z", 0), ("2024-02-29T23:59:59.9Z", 1_709_251_199_900_000),
            ("2026-02-29T00:00:00Z", nil),
            ("2026-09-10", nil), ("2026-09-10T00:28:56", nil), ("2026-09-10T24:00:00Z", nil),
            ("2026-09-10T00:28:56.Z", nil),
        ] as [(String, Int64?)])
    func `times are read to the microsecond`(text: String, expected: Int64?) {
        #expect(RFC3339.timestamp(text)?.microseconds == expected)
    }
}
