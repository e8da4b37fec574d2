import Domain
import HTTP
import Providers
import Wire

/// Our side of a carrier's media socket: what may be said on it. On its loop alone.
final class MediaLine: Sendable {
    private let socket: WebSocket

    init(_ socket: WebSocket) { self.socket = socket }

    func play(_ audio: [UInt8]) {
        var frame = ByteQueue()
        TelnyxMediaWriter.media(audio.span, to: &frame)
        send(frame.bytes)
    }

    func mark(_ number: MarkNumber) {
        var frame = ByteQueue()
        TelnyxMediaWriter.mark(String(number.value), to: &frame)
        send(frame.bytes)
    }

    func clear() {
        var frame = ByteQueue()
        TelnyxMediaWriter.clear(to: &frame)
        send(frame.bytes)
    }

    func close() { socket.close() }

    private func send(_ frame: Span<UInt8>) {
        // A carrier that takes nothing for so long is gone, though its connection stands.
        if socket.sendNow(.text, frame) == .refused { socket.close(.tryAgainLater) }
    }
}
