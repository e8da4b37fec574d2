import Domain
import Wire

/// What Vosk says after each piece of sound.
enum VoskAnswer: Equatable, Sendable {
    /// Words that may still change.
    case goesOn(Private<String>)
    case ended(VoskText)
}

/// An utterance in Vosk's words, with times since the first sound.
struct VoskText: Equatable, Sendable {
    let text: Private<String>
    let words: [Word]

    init(text: Private<String>, words: [Word]) { (self.text, self.words) = (text, words) }

    init(_ json: String) throws(StreamFault) {
        let document = try Self.document(json)
        guard let text = document["text"]?.text else { throw StreamFault(.malformed) }
        var words: [Word] = []
        if case .array(let entries)? = document["result"] {
            for entry in entries {
                guard let word = entry["word"]?.text, let start = Self.time(entry["start"]),
                    let end = Self.time(entry["end"]), end >= start
                else { throw StreamFault(.malformed) }
                let confidence = entry["conf"]?.number.flatMap { Fraction(max(0, min(1, $0))) }
                words.append(Word(text: Private(word), startedAt: start, endedAt: end, confidence: confidence))
            }
        }
        self.init(text: Private(text), words: words)
    }

    static func partial(_ json: String) throws(StreamFault) -> Private<String> {
        guard let text = try document(json)["partial"]?.text else { throw StreamFault(.malformed) }
        return Private(text)
    }

    /// Of its words, the least sure one counts.
    var confidence: Fraction? { words.compactMap(\.confidence).min { $0.value < $1.value } }

    private static func document(_ json: String) throws(StreamFault) -> JSONValue {
        guard let document = try? JSONValue(json: Array(json.utf8)) else { throw StreamFault(.malformed) }
        return document
    }

    /// Seconds; a call has not a million of them.
    private static func time(_ value: JSONValue?) -> Milliseconds? {
        guard let seconds = value?.number, (0..<1_000_000).contains(seconds) else { return nil }
        return Milliseconds(Int64((seconds * 1_000).rounded()))
    }
}
