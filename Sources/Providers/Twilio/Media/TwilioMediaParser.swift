import Wire

/// Understands the messages of one media socket, in whichever order their members come; members it does not know are checked and
/// passed over.
package struct TwilioMediaParser: ~Copyable {
    private var reader = MediaReader(number: "sequenceNumber")

    package init() {}

    package mutating func parse(_ message: Span<UInt8>) throws(MediaFault) -> TwilioMediaFrame {
        switch try reader.read(message) {
        case .media(let chunk): return .media(chunk)
        case .other(let event, let document): return try TwilioMediaFrame(event, document)
        }
    }

    /// Lends the audio of the last media frame, as the codec made it.
    package func withAudio<Value>(_ body: (Span<UInt8>) -> Value) -> Value { body(reader.audio.bytes) }
}
