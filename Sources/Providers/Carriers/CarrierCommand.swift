package import Domain

/// What a carrier can be asked to do. Not every carrier can do all of it; one that can't says so.
package enum CarrierCommand: Hashable, Sendable {
    case dial(Dial)
    /// Takes a call that comes in, and opens its media stream.
    case answer(MediaStream?)
    case hangup
    case transfer(Transfer)
    /// Joins the leg with another one, by the other's name.
    case bridge(String)
    case startPlayback(url: String, times: Int)
    case stopPlayback
    case speak(text: Private<String>, voice: String, language: String)
    case gather(Gather)
    case sendDigits(Private<String>)
    case startRecording(channels: Int)
    case stopRecording
    case startStreaming(MediaStream)
    case stopStreaming

    package struct Dial: Hashable, Sendable {
        package var from: Private<String>
        package var to: Private<String>
        package var ringing: Duration
        package var lengthMax: Duration?
        package var detectsMachines: Bool
        package var stream: MediaStream?

        package init(
            from: Private<String>, to: Private<String>, ringing: Duration = .seconds(30), lengthMax: Duration? = nil,
            detectsMachines: Bool = false, stream: MediaStream? = nil
        ) {
            self.from = from
            self.to = to
            self.ringing = ringing
            self.lengthMax = lengthMax
            self.detectsMachines = detectsMachines
            self.stream = stream
        }
    }

    /// Sound in both directions, over a WebSocket that the carrier opens. The address holds a capability.
    package struct MediaStream: Hashable, Sendable {
        package var url: Private<String>
        package var codec: AudioCodec

        package init(url: Private<String>, codec: AudioCodec = .pcmu) {
            self.url = url
            self.codec = codec
        }

        /// At our door for that carrier. `base` is where carriers reach us, without a slash at its end.
        package init(of carrier: Carrier, at base: String, token: String) {
            self.init(url: Private("\(base)/media/\(carrier.rawValue)/\(token)"))
        }
    }

    package struct Transfer: Hashable, Sendable {
        package var to: Private<String>
        package var from: Private<String>?
        package var ringing: Duration
        /// What its own leg is told to carry.
        package var tag: LegTag

        package init(to: Private<String>, from: Private<String>? = nil, ringing: Duration = .seconds(30), tag: LegTag) {
            self.to = to
            self.from = from
            self.ringing = ringing
            self.tag = tag
        }
    }

    package struct Gather: Hashable, Sendable {
        package var digitsMax: Int
        package var patience: Duration
        package var end: Character?

        package init(digitsMax: Int, patience: Duration, end: Character? = "#") {
            self.digitsMax = digitsMax
            self.patience = patience
            self.end = end
        }
    }

    /// For errors: what it is, without what is in it.
    package var name: String {
        switch self {
        case .dial: "dial"
        case .answer: "answer"
        case .hangup: "hangup"
        case .transfer: "transfer"
        case .bridge: "bridge"
        case .startPlayback: "start_playback"
        case .stopPlayback: "stop_playback"
        case .speak: "speak"
        case .gather: "gather"
        case .sendDigits: "send_digits"
        case .startRecording: "start_recording"
        case .stopRecording: "stop_recording"
        case .startStreaming: "start_streaming"
        case .stopStreaming: "stop_streaming"
        }
    }
}
