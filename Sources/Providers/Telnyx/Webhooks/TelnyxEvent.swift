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
    case gatherEnded(status: String?)
    case playbackStarted
    case playbackEnded(status: String?)
    case speakStarted
    case speakEnded(status: String?)
    case recordingSaved(TelnyxRecording)
    case recordingFailed(id: String?)
    case recordingTranscribed(id: String?)
    case streamingStarted(TelnyxStream)
    case streamingStopped(TelnyxStream)
    case streamingFailed(TelnyxStream)
    case transcribed
    case priced
    case held
    case unheld
    case enqueued
    case dequeued(reason: String?)
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
        case "call.gather.ended": self = .gatherEnded(status: text("status"))
        case "call.playback.started": self = .playbackStarted
        case "call.playback.ended": self = .playbackEnded(status: text("status"))
        case "call.speak.started": self = .speakStarted
        case "call.speak.ended": self = .speakEnded(status: text("status"))
        case "call.recording.saved": self = TelnyxRecording(payload).map { .recordingSaved($0) } ?? .other
        case "call.recording.error": self = .recordingFailed(id: text("recording_id"))
        case "call.recording.transcription.saved": self = .recordingTranscribed(id: text("recording_id"))
        case "streaming.started": self = .streamingStarted(TelnyxStream(payload))
        case "streaming.stopped": self = .streamingStopped(TelnyxStream(payload))
        case "streaming.failed": self = .streamingFailed(TelnyxStream(payload))
        case "call.transcription": self = .transcribed
        case "call.cost": self = .priced
        case "call.hold": self = .held
        case "call.unhold": self = .unheld
        case "call.enqueued": self = .enqueued
        case "call.dequeued": self = .dequeued(reason: text("reason"))
        default: self = .other
        }
    }
}
