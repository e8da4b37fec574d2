import Domain
import HTTP
import Providers
import Wire

/// Our side of a carrier's media socket: what may be said on it. On its loop alone, which is why `@unchecked` holds.
final class MediaLine: @unchecked Sendable {
    let carrier: Carrier
    private let socket: WebSocket
    /// Nil for a call that is not recorded.
    var tape: CallTape?
    /// Twilio's frames name their stream, which is known when it begins.
    private var twilio = TwilioMediaWriter(stream: "")

    init(_ socket: WebSocket, of carrier: Carrier) { (self.socket, self.carrier) = (socket, carrier) }

    /// Before anything is said.
    func opened(_ stream: String) { if carrier == .twilio { twilio = TwilioMediaWriter(stream: stream) } }

    /// Whether keys are pressed as sound: Twilio would leave the stream to press one.
    var pressesKeysAloud: Bool { carrier == .twilio }

    func play(_ audio: [UInt8]) {
        tape?.sent(audio)
        write { frame in
            switch carrier {
            case .telnyx: TelnyxMediaWriter.media(audio.span, to: &frame)
            case .twilio: twilio.media(audio.span, to: &frame)
            }
        }
    }

    func mark(_ number: MarkNumber) {
        tape?.marked(number)
        let name = String(number.value)
        write { frame in
            switch carrier {
            case .telnyx: TelnyxMediaWriter.mark(name, to: &frame)
            case .twilio: twilio.mark(name, to: &frame)
            }
        }
    }

    func clear() {
        tape?.cleared()
        write { frame in
            switch carrier {
            case .telnyx: TelnyxMediaWriter.clear(to: &frame)
            case .twilio: twilio.clear(to: &frame)
            }
        }
    }

    func close() { socket.close() }

    private func write(_ body: (inout ByteQueue) -> Void) {
        var frame = ByteQueue()
        body(&frame)
        // A carrier that takes nothing for so long is gone, though its connection stands.
        if socket.sendNow(.text, frame.bytes) == .refused { socket.close(.tryAgainLater) }
    }
}
