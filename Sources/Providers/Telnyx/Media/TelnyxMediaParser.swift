package import Wire

/// Understands the messages of one media socket, in whichever order their members come; members it does not know are checked and
/// passed over.
package struct TelnyxMediaParser: ~Copyable {
    private var reader = MediaReader(number: "sequence_number")

    package init() {}

    /// The audio of the last media frame, as the codec made it.
    package var audio: ByteQueue {
        _read { yield reader.audio }
    }

    package mutating func parse(_ message: Span<UInt8>) throws(MediaFault) -> TelnyxMediaFrame {
        switch try reader.read(message) {
        case .media(let chunk): .media(chunk)
        case .other(let event, let document): try TelnyxMediaFrame(event, document)
        }
    }

    /// Lends the audio of the last frame, for owners that keep the parser in a class.
    package func withAudio<Value>(_ body: (Span<UInt8>) -> Value) -> Value { body(reader.audio.bytes) }
}
