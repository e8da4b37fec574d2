import Domain
import Providers
import Testing
import Wire

/// What the carrier does on its line: keys, files, voices, queues, holds, words and money.
extension TelnyxWebhookTests {
    static let line: [([UInt8], [CallEvent])] = [
        (body("call.hold"), [.callHeld(CallHeld())]),
        (body("call.unhold"), [.callResumed(CallResumed())]),
        (
            body("call.enqueued", #","queue":"q","current_position":3,"queue_avg_wait_time_secs":45"#),
            [.callEnqueued(CallEnqueued(queue: "q", place: 3, usualWait: 45_000))]
        ),
        (body("call.enqueued", #","queue":"q""#), [.callEnqueued(CallEnqueued(queue: "q"))]),
        (body("call.enqueued"), []),
        (
            body("call.dequeued", #","queue":"q","queue_position":"1","reason":"bridged","wait_time_secs":"38""#),
            [.callDequeued(CallDequeued(queue: "q", place: 1, reason: "bridged", waited: 38_000))]
        ),
        (
            body("call.dequeued", #","queue":"q","reason":"leave","wait_time_secs":-1"#),
            [.callDequeued(CallDequeued(queue: "q", reason: "leave"))]
        ),
        (
            body("call.gather.ended", #","digits":"12","status":"valid","gather_id":"pin""#),
            [.gatherEnded(GatherEnded(gather: "pin", digits: Private("12"), outcome: "valid"))]
        ),
        (
            body("call.gather.ended", #","digits":"","status":"timeout""#),
            [.gatherEnded(GatherEnded(outcome: "timeout"))]
        ),
        (
            body("call.playback.started", #","media_url":"https://x/a.mp3?key=1","overlay":true"#),
            [.playbackStarted(PlaybackStarted(media: Private("https://x/a.mp3?key=1"), isOverlay: true))]
        ),
        (
            body("call.playback.ended", #","media_url":"","media_name":"hold","status":"file_not_found""#),
            [.playbackEnded(PlaybackEnded(media: Private("hold"), isOverlay: false, outcome: "file_not_found"))]
        ),
        (
            body("call.playback.ended", #","media_url":"","media_name":"","status":"completed""#),
            [.playbackEnded(PlaybackEnded(isOverlay: false, outcome: "completed"))]
        ),
        (
            body("call.speak.started", #","speak_id":"s""#),
            [.announcementStarted(AnnouncementStarted(announcement: "s"))]
        ),
        (
            body("call.speak.ended", #","status":"completed""#),
            [.announcementEnded(AnnouncementEnded(outcome: "completed"))]
        ),
        (
            body(
                "call.transcription",
                #","transcription_data":{"transcript":"hi","confidence":0.75,"is_final":true,"transcription_track":"inbound"}"#
            ),
            [
                .callTranscribed(
                    CallTranscribed(
                        text: Private("hi"), confidence: Fraction(0.75), isFinal: true, track: "inbound"))
            ]
        ),
        (
            body("call.transcription", #","transcription_data":{"transcript":"h","confidence":7}"#),
            [.callTranscribed(CallTranscribed(text: Private("h"), isFinal: false))]
        ),
        (body("call.transcription", #","transcription_data":{"transcript":""}"#), []),
        (
            body(
                "call.recording.transcription.saved", numbers: false,
                #","recording_id":"r1","transcription_text":"hello","status":"completed""#),
            [
                .recordingTranscribed(
                    RecordingTranscribed(
                        recording: recording("r1"), text: Private("hello"), outcome: "completed"))
            ]
        ),
        (body("call.recording.transcription.saved", numbers: false), []),
        (
            body(
                "call.cost", numbers: false,
                #","total_cost":"0.0125","billed_duration_secs":60,"status":"success","cost_parts":[{"call_part":"sip-trunking","cost":"0.0105","currency":"EUR"},{"call_part":"call-control","cost":"0.002","currency":"EUR"}]"#
            ),
            [.callCharged(CallCharged(leg: leg, amount: 12_500, currency: "EUR", billedFor: 60_000))]
        ),
        (
            body("call.cost", tag: handover, #","total_cost":0.01"#),
            [.callCharged(CallCharged(leg: leg, amount: 10_000, currency: "USD"))]
        ),
        (body("call.cost", #","total_cost":"0.01","status":"error""#), []),
        (body("call.cost", #","total_cost":"much""#), []),
        (
            body(
                "call.cost",
                #","total_cost":"0.01","cost_parts":[{"cost":"0.005","currency":"EUR"},{"cost":"0.005","currency":"USD"}]"#
            ), []
        ),
        (
            body("call.recording.saved", tag: handover, numbers: false, #","recording_id":"r2","channels":"single""#),
            [.recordingStored(RecordingStored(recording: recording("r2"), key: "telnyx:r2", channels: 1))]
        ),
        // What becomes of whom the caller is handed to is the transfer's.
        (body("call.hold", tag: handover), []),
        (body("call.gather.ended", tag: handover, #","digits":"1","status":"valid""#), []),
        (body("call.transcription", tag: handover, #","transcription_data":{"transcript":"hi"}"#), []),
    ]

    @Test(
        arguments: [
            ("0", 0), ("0.01", 10_000), ("12.5", 12_500_000), ("0.0000005", 1), ("0.0000004", 0),
            ("0.9999995", 1_000_000),
            ("999999.999999", 999_999_999_999), ("1000000", nil), ("", nil), (".5", nil), ("1.", nil), ("-0.01", nil),
            ("1,5", nil), ("1e3", nil), ("0.1.2", nil), (" 1", nil), ("٣", nil),
        ] as [(String, Int64?)])
    func `amounts are read to the millionth`(text: String, micros: Int64?) {
        #expect(MicroAmount(text)?.count == micros)
    }

    @Test func `amounts that are numbers are read, too`() {
        #expect(MicroAmount(.integer(2))?.count == 2_000_000)
        #expect(MicroAmount(.double(0.0125))?.count == 12_500)
        #expect(MicroAmount(.integer(-1)) == nil && MicroAmount(.double(-0.5)) == nil)
        #expect(MicroAmount(.double(1e6)) == nil && MicroAmount(.null) == nil)
    }
}
