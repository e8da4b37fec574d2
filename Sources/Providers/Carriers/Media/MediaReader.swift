import Wire

/// What the parsers of all carriers' media sockets have in common: one look over each message, and the audio of a media frame,
/// decoded into memory that is kept. A stream of media frames costs no allocation, and of frames that are alike only the first is
/// read as JSON.
///
/// Carriers write their counters as strings; plain numbers are taken too. Members that are known must not repeat.
struct MediaReader: ~Copyable {
    /// After a longer frame the memory is given back instead of kept.
    static let keptAudioBytesMax = 8 << 10

    enum Found {
        case media(MediaChunk)
        /// All other frames are rare, and may cost a tree.
        case other(event: String, JSONValue)
    }

    private let number: StaticString
    /// The audio of the last media frame, as the codec made it; good until the next message.
    private(set) var audio = ByteQueue()
    private var shape = MediaShape()

    /// `number` is what the carrier calls the member that counts its frames.
    init(number: StaticString) { self.number = number }

    mutating func read(_ message: Span<UInt8>) throws(MediaFault) -> Found {
        let wasLarge = audio.count > Self.keptAudioBytesMax
        audio.removeAll()
        if wasLarge { audio.release() }
        if let chunk = shape.read(message, into: &audio) { return .media(chunk) }
        var json = JSONScanner(message)
        let outline: MediaOutline
        do throws(JSONError) {
            outline = try MediaOutline(&json, number: number)
        } catch {
            throw .json(error)
        }
        guard let event = outline.event else { throw .lacks("event") }
        if json.isText(event, "media") {
            let chunk = try media(outline, json)
            shape.learn(message, outline)
            return .media(chunk)
        }
        do throws(JSONError) {
            return .other(event: json.string(event), try JSONValue(json: message))
        } catch {
            throw .json(error)
        }
    }

    private mutating func media(_ outline: MediaOutline, _ json: borrowing JSONScanner) throws(MediaFault) -> MediaChunk
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
        return MediaChunk(
            track: track, sequence: outline.sequence?.value, chunk: outline.chunk?.value,
            timestamp: outline.timestamp?.value)
    }
}
