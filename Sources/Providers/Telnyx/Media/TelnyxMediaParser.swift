package import Wire

/// Understands the messages of one media socket, in whichever order their members come; members it does not know are checked and
/// passed over.
///
/// The audio of a media frame is decoded into memory the parser keeps, and is good until the next message: a stream of frames
/// costs no allocation. Telnyx writes its counters as strings; plain numbers are taken too. Members it knows must not repeat.
package struct TelnyxMediaParser: ~Copyable {
    /// After a longer frame the memory is given back instead of kept.
    package static let keptAudioBytesMax = 8 << 10

    /// The audio of the last media frame, as the codec made it.
    package private(set) var audio = ByteQueue()

    package init() {}

    package mutating func parse(_ message: Span<UInt8>) throws(TelnyxMediaFault) -> TelnyxMediaFrame {
        let wasLarge = audio.count > Self.keptAudioBytesMax
        audio.removeAll()
        if wasLarge { audio.release() }
        var json = JSONScanner(message)
        let outline: TelnyxMediaOutline
        do throws(JSONError) {
            outline = try TelnyxMediaOutline(&json)
        } catch {
            throw .json(error)
        }
        guard let event = outline.event else { throw .lacks("event") }
        if json.isText(event, "media") { return .media(try media(outline, json)) }
        // All other frames are rare, and may cost a tree.
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(json: message)
        } catch {
            throw .json(error)
        }
        return try TelnyxMediaFrame(json.string(event), document)
    }

    /// Lends the audio of the last frame, for owners that keep the parser in a class.
    package func withAudio<Value>(_ body: (Span<UInt8>) -> Value) -> Value { body(audio.bytes) }

    private mutating func media(_ outline: TelnyxMediaOutline, _ json: borrowing JSONScanner) throws(TelnyxMediaFault)
        -> TelnyxMediaChunk
    {
        guard let track = outline.track else { throw .lacks("track") }
        guard let payload = outline.payload else { throw .lacks("payload") }
        do throws(Base64Error) {
            if payload.hasEscapes {
                // Some writers of JSON escape the slash, which base64 is full of.
                var plain: [UInt8] = []
                json.append(payload, to: &plain)
                try Base64.standard.decode(plain.span, into: &audio)
            } else {
                try Base64.standard.decode(json.raw(payload), into: &audio)
            }
        } catch {
            throw .payload(error)
        }
        return TelnyxMediaChunk(
            track: track, sequence: outline.sequence, chunk: outline.chunk, timestamp: outline.timestamp)
    }
}
