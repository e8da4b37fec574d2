import Domain
import HTTP
import Providers
import Testing
import Wire

/// What each callback of Twilio becomes.
@Suite struct TwilioWebhookTests {
    static let call = TelnyxWebhookTests.call, transfer = TelnyxWebhookTests.transfer
    static let outbound = LegTag.call(call, .outbound), handover = LegTag.transfer(call, transfer, .blind)
    static let leg = CarrierLeg(carrier: "twilio", control: "CA1")
    static let from = Private("+15550100009"), to = Private("+15550100001")
    static let at = Instant(microseconds: 1_795_255_200_000_000)
    static let received = Instant(microseconds: 1)

    static func notice(_ kind: TwilioWebhook.Kind, _ more: String, tag: LegTag? = nil, inbound: Bool = true) throws
        -> CarrierNotice
    {
        let direction = inbound ? "inbound" : "outbound-api"
        let text =
            "CallSid=CA1&From=%2B15550100009&To=%2B15550100001&Direction=\(direction)&Timestamp=Sat%2C+21+Nov+2026+10%3A00%3A00+%2B0000&\(more)"
        return try TwilioWebhook(kind, #require(Query(Array(text.utf8))), tag: tag?.text, received: received).notice
    }

    static func recording(_ sid: String) -> RecordingID { DerivedID.make("recording", "twilio", sid) }

    static func ended(_ reason: EndedReason, _ cause: String, sip: Int? = nil, _ length: Milliseconds? = nil)
        -> CallEvent
    {
        .callEnded(
            CallEnded(
                reason: reason, faultOwner: reason.faultOwner, hangupCause: cause, sipCode: sip, duration: length,
                isBillable: cause == "completed"))
    }

    static let facts: [(TwilioWebhook.Kind, String, LegTag?, [CallEvent])] = [
        (.voice, "CallStatus=ringing", nil, [.callReceived(CallReceived(from: from, to: to, leg: leg))]),
        (.status, "CallStatus=initiated", outbound, [.callDialed(CallDialed(leg: leg))]),
        (.status, "CallStatus=ringing", outbound, [.callRinging(CallRinging(leg: leg))]),
        (.status, "CallStatus=ringing", nil, []),
        (.status, "CallStatus=in-progress", nil, [.callAnswered(CallAnswered(at: at))]),
        (
            .status, "CallStatus=in-progress&AnsweredBy=human", outbound,
            [.callAnswered(CallAnswered(answeredBy: .human, at: at))]
        ),
        (.status, "CallStatus=completed&CallDuration=7", nil, [ended(.callerHungUp, "completed", 7_000)]),
        (.status, "CallStatus=completed&CallDuration=7", outbound, [ended(.calleeHungUp, "completed", 7_000)]),
        (.status, "CallStatus=completed&CallDuration=-7", outbound, [ended(.calleeHungUp, "completed")]),
        (.status, "CallStatus=busy", outbound, [ended(.calleeBusy, "busy")]),
        (.status, "CallStatus=no-answer", outbound, [ended(.calleeNoAnswer, "no-answer")]),
        (.status, "CallStatus=canceled", nil, [ended(.callerCancelled, "canceled")]),
        (.status, "CallStatus=failed&SipResponseCode=503", outbound, [ended(.carrierCongested, "failed", sip: 503)]),
        (.status, "CallStatus=failed", outbound, [ended(.dialFailed, "failed")]),
        (.status, "CallStatus=something-new", outbound, []),
        (
            .status, "CallStatus=initiated", handover,
            [.transferStarted(TransferStarted(transfer: transfer, target: to, mode: .blind))]
        ),
        (
            .status, "CallStatus=in-progress", handover,
            [.transferBridged(TransferBridged(transfer: transfer, target: to, mode: .blind))]
        ),
        (
            .status, "CallStatus=completed", handover,
            [.transferEnded(TransferEnded(transfer: transfer, target: to, mode: .blind, reason: .completed))]
        ),
        (
            .status, "CallStatus=no-answer", handover,
            [.transferEnded(TransferEnded(transfer: transfer, target: to, mode: .blind, reason: .noAnswer))]
        ),
        (
            .machine, "AnsweredBy=machine_end_beep", outbound,
            [.machineDetected(MachineDetected(verdict: .machineGreetingEnded))]
        ),
        (.machine, "AnsweredBy=fax", outbound, [.machineDetected(MachineDetected(verdict: .fax))]),
        (.machine, "AnsweredBy=unknown", outbound, [.machineDetected(MachineDetected(verdict: .unknown))]),
        (
            .recording, "RecordingSid=RE1&RecordingStatus=in-progress&RecordingChannels=2", nil,
            [.recordingStarted(RecordingStarted(recording: recording("RE1"), channels: 2))]
        ),
        (
            .recording, "RecordingSid=RE1&RecordingStatus=completed&RecordingDuration=12", nil,
            [
                .recordingStored(
                    RecordingStored(recording: recording("RE1"), key: "twilio:RE1", channels: 1, duration: 12_000))
            ]
        ),
        (
            .recording, "RecordingSid=RE1&RecordingStatus=absent", nil,
            [.recordingFailed(RecordingFailed(recording: recording("RE1"), reason: .carrierFailed))]
        ),
        (
            .stream, "StreamSid=MZ1&StreamEvent=stream-started", nil,
            [.mediaStarted(MediaStarted(media: "MZ1", codec: .pcmu, sampleRate: 8_000))]
        ),
        (
            .stream, "StreamSid=MZ1&StreamEvent=stream-started", LegTag.call(call, .inbound),
            [
                .callAnswered(CallAnswered(at: at)),
                .mediaStarted(MediaStarted(media: "MZ1", codec: .pcmu, sampleRate: 8_000)),
            ]
        ),
        (
            .stream, "StreamSid=MZ1&StreamEvent=stream-stopped", nil,
            [.mediaStopped(MediaStopped(media: "MZ1", reason: .closedByCarrier))]
        ),
        (
            .stream, "StreamSid=MZ1&StreamEvent=stream-error", nil,
            [.mediaLost(MediaLost(media: "MZ1", reason: .connectionLost))]
        ),
        (
            .gather, "Digits=12", nil,
            [
                .dtmfReceived(DTMFReceived(digits: Private("12"))),
                .gatherEnded(GatherEnded(digits: Private("12"))),
            ]
        ),
        (.gather, "Digits=", nil, [.gatherEnded(GatherEnded())]),
        (.gather, "x=y", nil, [.gatherEnded(GatherEnded())]),
    ]

    @Test(arguments: facts.indices)
    func `a callback becomes what it means`(index: Int) throws {
        let (kind, form, tag, facts) = Self.facts[index]
        let notice = try Self.notice(kind, form, tag: tag)
        #expect(notice.facts == facts)
        #expect(notice.at == Self.at && notice.leg == Self.leg)
        #expect(notice.standing == tag.map { .tagged($0) } ?? .incoming(to: Self.to))
    }

    @Test func `callbacks of one call have names of their own, and the same one the same`() throws {
        let names = try [
            Self.notice(.status, "CallStatus=ringing&SequenceNumber=1"),
            Self.notice(.status, "CallStatus=in-progress&SequenceNumber=2"),
            Self.notice(.voice, ""), Self.notice(.recording, "RecordingSid=RE1&RecordingStatus=completed"),
            Self.notice(.stream, "StreamSid=MZ1&StreamEvent=stream-started"), Self.notice(.machine, "AnsweredBy=human"),
        ].map(\.id)
        #expect(Set(names).count == names.count)
        #expect(try Self.notice(.voice, "").id == names[2])
        #expect(try Self.notice(.status, "", inbound: false).standing == .none)
        #expect(throws: WebhookFault.missing("CallSid")) {
            try TwilioWebhook(.status, #require(Query(Array("x=y".utf8))), tag: nil, received: Self.received)
        }
    }

    @Test(
        arguments: [
            ("Sat, 21 Nov 2026 10:00:00 +0000", 1_795_255_200_000_000),
            ("Sat, 21 Nov 2026 12:00:00 +0200", 1_795_255_200_000_000),
            ("Sat, 1 Nov 2026 10:00:00 GMT", 1_793_527_200_000_000), ("21 Nov 2026", nil),
            ("Sat, 21 Now 2026 10:00:00 +0000", nil),
        ] as [(String, Int64?)])
    func `times are read as mail writes them`(text: String, expected: Int64?) {
        #expect(RFC2822.timestamp(text)?.microseconds == expected)
    }
}
