import Domain
import Wire

/// What Deepgram says on a live socket, one text message each.
enum DeepgramMessage: Equatable {
    case results(DeepgramResults)
    case speechStarted(at: Milliseconds)
    /// Nil when there was no word at all.
    case utteranceEnd(lastWordAt: Milliseconds?)
    /// After the last results, when the stream was asked to close.
    case metadata
    case error
    /// A type this version does not know.
    case unknown
}

struct DeepgramResults: Equatable {
    let transcript: RecognizedText
    /// It will not change.
    let isFinal: Bool
    /// A pause ended the turn here.
    let endsSpeech: Bool
    /// We asked for it.
    let isFinalized: Bool
}

extension DeepgramMessage {
    init(_ message: Span<UInt8>) throws(StreamFault) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(json: message)
        } catch {
            throw StreamFault(.malformed)
        }
        guard case .string(let type) = document["type"] else { throw StreamFault(.malformed) }
        switch type {
        case "Results": self = .results(try DeepgramResults(document))
        case "SpeechStarted": self = .speechStarted(at: Milliseconds(seconds: document["timestamp"]) ?? 0)
        case "UtteranceEnd": self = .utteranceEnd(lastWordAt: Milliseconds(seconds: document["last_word_end"]))
        case "Metadata": self = .metadata
        case "Error": self = .error
        default: self = .unknown
        }
    }
}

extension DeepgramResults {
    fileprivate init(_ document: JSONValue) throws(StreamFault) {
        guard let start = Milliseconds(seconds: document["start"]),
            let duration = Milliseconds(seconds: document["duration"]),
            case .array(let alternatives) = document["channel"]?["alternatives"], let best = alternatives.first,
            case .string(let text) = best["transcript"]
        else { throw StreamFault(.malformed) }
        var words: [Word] = []
        if case .array(let list) = best["words"] {
            for word in list {
                guard let text = word["punctuated_word"]?.text ?? word["word"]?.text,
                    let start = Milliseconds(seconds: word["start"]), let end = Milliseconds(seconds: word["end"])
                else { throw StreamFault(.malformed) }
                words.append(
                    Word(
                        text: Private(text), startedAt: start, endedAt: end,
                        confidence: word["confidence"]?.number.flatMap(Fraction.init)))
            }
        }
        transcript = RecognizedText(
            text: Private(text), words: words, confidence: best["confidence"]?.number.flatMap(Fraction.init),
            startedAt: start, endedAt: Milliseconds(start.count + duration.count))
        isFinal = document["is_final"] == .bool(true)
        endsSpeech = document["speech_final"] == .bool(true)
        isFinalized = document["from_finalize"] == .bool(true)
    }
}

extension Milliseconds {
    /// No call is longer than this, and no sum of such times overflows.
    private static let secondsMax = 1e9

    /// Seconds as these providers write them, in floating point; nil for what is before the start or beyond reason.
    init?(seconds value: JSONValue?) {
        guard let seconds = value?.number, seconds >= 0, seconds <= Self.secondsMax else { return nil }
        self.init(Int64((seconds * 1_000).rounded()))
    }
}
