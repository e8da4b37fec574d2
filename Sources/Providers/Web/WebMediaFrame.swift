import Wire

/// What a browser says in text on its media socket; sound comes in binary messages. docs/web-calls.md has all of it.
package enum WebMediaFrame: Equatable {
    /// The first frame: how many samples a second its sound has, and ours shall have.
    case started(sampleRate: Int)
    case digit(MediaDigit)
    /// All we sent before the mark of this name was played or cleared.
    case mark(name: String)
    /// The call is over for whoever sits before it.
    case stopped
    /// An event this version does not know.
    case unknown

    package static let sampleRates: Set<Int64> = [16_000, 24_000]
    /// Two hundred milliseconds at the higher rate.
    package static let audioBytesMax = 9_600

    package init(_ message: Span<UInt8>) throws(MediaFault) {
        let document: JSONValue
        do throws(JSONError) { document = try JSONValue(json: message) } catch { throw .json(error) }
        switch try document.text("event") {
        case "start":
            let rate = try document.counter("sample_rate")
            guard Self.sampleRates.contains(rate) else { throw .lacks("sample_rate") }
            self = .started(sampleRate: Int(rate))
        case "dtmf":
            let text = try document.text("digit")
            guard let key = text.first, text.count == 1, MediaDigit.keys.contains(key) else { throw .lacks("digit") }
            self = .digit(MediaDigit(key: key, sequence: nil, occurredAt: nil))
        case "mark": self = .mark(name: try document.text("name"))
        case "stop": self = .stopped
        default: self = .unknown
        }
    }

    /// Whole samples, and not too many at once.
    package static func isSound(_ message: Span<UInt8>) -> Bool {
        message.count % 2 == 0 && message.count <= audioBytesMax
    }
}
