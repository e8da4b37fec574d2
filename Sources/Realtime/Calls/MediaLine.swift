import Domain
import HTTP
import Providers
import Wire

/// Our side of a media socket: what may be said on it. On its loop alone, which is why `@unchecked` holds.
final class MediaLine: @unchecked Sendable {
    let peer: MediaPeer
    private let socket: WebSocket
    /// Nil for a call that is not recorded.
    var tape: CallTape?
    /// Twilio's frames name their stream, which is known when it begins.
    private var twilio = TwilioMediaWriter(stream: "")
    /// A browser has its own rate, which it says when it begins.
    private var web: WebSound?
    private let law: G711

    init(_ socket: WebSocket, of peer: MediaPeer, law: G711 = .muLaw) {
        (self.socket, self.peer, self.law) = (socket, peer, law)
    }

    /// Before anything is said.
    func opened(_ stream: String) { if peer == .carrier(.twilio) { twilio = TwilioMediaWriter(stream: stream) } }

    func opened(sampleRate: Int) {
        web = WebSound(sampleRate: sampleRate, law: law)
        write { WebMediaWriter.started(sampleRate: sampleRate, to: &$0) }
    }

    /// What a browser sends, as the call hears it.
    func heard(_ audio: Span<UInt8>) -> [UInt8] { web?.heard(audio) ?? [] }

    /// Whether keys are pressed as sound: Twilio would leave the stream to press one, and a browser has none.
    var pressesKeysAloud: Bool { peer != .carrier(.telnyx) }

    func play(_ audio: [UInt8]) {
        tape?.sent(audio)
        if peer == .browser {
            if let sound = web?.said(audio) { send(.binary, sound.span) }
            return
        }
        write { frame in
            switch peer {
            case .carrier(.telnyx): TelnyxMediaWriter.media(audio.span, to: &frame)
            case .carrier(.twilio): twilio.media(audio.span, to: &frame)
            case .browser: break
            }
        }
    }

    func mark(_ number: MarkNumber) {
        tape?.marked(number)
        let name = String(number.value)
        write { frame in
            switch peer {
            case .carrier(.telnyx): TelnyxMediaWriter.mark(name, to: &frame)
            case .carrier(.twilio): twilio.mark(name, to: &frame)
            case .browser: WebMediaWriter.mark(name, to: &frame)
            }
        }
    }

    func clear() {
        tape?.cleared()
        web?.cleared()
        write { frame in
            switch peer {
            case .carrier(.telnyx): TelnyxMediaWriter.clear(to: &frame)
            case .carrier(.twilio): twilio.clear(to: &frame)
            case .browser: WebMediaWriter.clear(to: &frame)
            }
        }
    }

    func close() { socket.close() }

    private func write(_ body: (inout ByteQueue) -> Void) {
        var frame = ByteQueue()
        body(&frame)
        send(.text, frame.bytes)
    }

    private func send(_ kind: WebSocketMessage.Kind, _ bytes: Span<UInt8>) {
        // Who takes nothing for so long is gone, though their connection stands.
        if socket.sendNow(kind, bytes) == .refused { socket.close(.tryAgainLater) }
    }
}
