package import Domain
import Wire

/// What a webhook of call control says, beyond the ids that all of them have. Words of open lists are kept as they came.
package enum TelnyxEvent: Hashable, Sendable {
    package enum Way: String, Hashable, Sendable { case incoming, outgoing }

    case initiated(Way?)
    case answered
    case bridged
    case hangup(TelnyxHangup)
    case machineDetected(result: String)
    case greetingEnded(result: String)
    case dtmf(digit: Private<String>)
    case gatherEnded(id: String?, digits: Private<String>?, status: String?)
    case playbackStarted(TelnyxPlayback)
    case playbackEnded(TelnyxPlayback)
    case speakStarted(id: String?)
    case speakEnded(id: String?, status: String?)
    case recordingSaved(TelnyxRecording)
    case recordingFailed(id: String?)
    case recordingTranscribed(id: String, text: Private<String>?, status: String?)
    case streamingStarted(TelnyxStream)
    case streamingStopped(TelnyxStream)
    case streamingFailed(TelnyxStream)
    case transcribed(CallTranscribed)
    case priced(TelnyxCost)
    case held
    case unheld
    case enqueued(TelnyxQueue)
    case dequeued(TelnyxQueue)
    /// We know of it, or not, and have no use for it.
    case other

    init(_ type: String, _ payload: JSONValue) {
        func text(_ name: String) -> String? { payload[name]?.text }
        switch type {
        case "call.initiated": self = .initiated(text("direction").flatMap(Way.init))
        case "call.answered": self = .answered
        case "call.bridged": self = .bridged
        case "call.hangup": self = .hangup(TelnyxHangup(payload))
        case "call.machine.detection.ended", "call.machine.premium.detection.ended":
            self = .machineDetected(result: text("result") ?? "")
        case "call.machine.greeting.ended", "call.machine.premium.greeting.ended":
            self = .greetingEnded(result: text("result") ?? "")
        case "call.dtmf.received": self = text("digit").map { .dtmf(digit: Private($0)) } ?? .other
        case "call.gather.ended":
            let digits = text("digits").flatMap { $0.isEmpty ? nil : Private($0) }
            self = .gatherEnded(id: text("gather_id"), digits: digits, status: text("status"))
        case "call.playback.started": self = .playbackStarted(TelnyxPlayback(payload))
        case "call.playback.ended": self = .playbackEnded(TelnyxPlayback(payload))
        case "call.speak.started": self = .speakStarted(id: text("speak_id"))
        case "call.speak.ended": self = .speakEnded(id: text("speak_id"), status: text("status"))
        case "call.recording.saved": self = TelnyxRecording(payload).map { .recordingSaved($0) } ?? .other
        case "call.recording.error": self = .recordingFailed(id: text("recording_id"))
        case "call.recording.transcription.saved":
            let words = text("transcription_text").map { Private($0) }
            self =
                text("recording_id").map { .recordingTranscribed(id: $0, text: words, status: text("status")) }
                ?? .other
        case "streaming.started": self = .streamingStarted(TelnyxStream(payload))
        case "streaming.stopped": self = .streamingStopped(TelnyxStream(payload))
        case "streaming.failed": self = .streamingFailed(TelnyxStream(payload))
        case "call.transcription": self = CallTranscribed(telnyx: payload).map { .transcribed($0) } ?? .other
        case "call.cost": self = TelnyxCost(payload).map { .priced($0) } ?? .other
        case "call.hold": self = .held
        case "call.unhold": self = .unheld
        case "call.enqueued": self = TelnyxQueue(payload).map { .enqueued($0) } ?? .other
        case "call.dequeued": self = TelnyxQueue(payload).map { .dequeued($0) } ?? .other
        default: self = .other
        }
    }
}
