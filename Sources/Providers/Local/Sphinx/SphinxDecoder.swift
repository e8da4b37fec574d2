import CSphinx
import Domain

/// One decoder with one agent's words. On its lane's thread alone; the library's decoder lives as long as it does.
@safe final class SphinxDecoder {
    /// Farther apart, and the grammar has only found the phrase that is least unlike what was said.
    static let distanceMax = 0.34
    /// A phrase that grammar and model agree on; what the model alone has understood.
    static let agreed = Fraction(percent: 95)
    static let alone = Fraction(percent: 60)
    /// Loudest samples are brought here, but no farther than `gainMax` times.
    private static let peak = 16_000
    private static let gainMax = 16
    private static let frame = 10

    private let decoder: OpaquePointer
    private let vocabulary: Vocabulary

    init(_ vocabulary: Vocabulary, _ settings: SphinxSettings) throws(StreamFault) {
        let dictionary = Array(vocabulary.dictionary.utf8CString)
        let model = Array(vocabulary.model.utf8CString)
        let grammar = vocabulary.grammar.map { Array($0.utf8CString) }
        func open(_ grammar: UnsafePointer<CChar>?) -> OpaquePointer? {
            unsafe sphinx_open(
                settings.acoustic, dictionary, dictionary.count - 1, model, model.count - 1, grammar)
        }
        let opened =
            if let grammar { unsafe grammar.withUnsafeBufferPointer { unsafe open($0.baseAddress) } } else {
                unsafe open(nil)
            }
        guard let opened = unsafe opened else { throw StreamFault(.refused) }
        (unsafe decoder = unsafe opened)
        self.vocabulary = vocabulary
    }

    deinit { unsafe sphinx_close(decoder) }

    /// What was said. A grammar always hears one of its phrases, so it is believed only where the model has heard about the same.
    func understand(_ take: SphinxTake) throws(StreamFault) -> RecognizedText {
        let samples = Self.prepared(take)
        let free = try decode(samples, byGrammar: false)
        var (words, confidence) = (free, Self.alone)
        if take.purpose == .end, vocabulary.grammar != nil, !free.isEmpty {
            let phrase = try decode(samples, byGrammar: true)
            if !phrase.isEmpty, WordDistance.share(phrase.map(\.text), free.map(\.text)) <= Self.distanceMax {
                (words, confidence) = (phrase, Self.agreed)
            }
        }
        let said = words.map(\.text).joined(separator: " ")
        let timed = words.map {
            Word(
                text: Private($0.text), startedAt: take.time(Milliseconds(Int64($0.first * Self.frame))),
                endedAt: take.time(Milliseconds(Int64(($0.last + 1) * Self.frame))), confidence: confidence)
        }
        return RecognizedText(
            text: Private(vocabulary.written[said] ?? said), words: timed, confidence: words.isEmpty ? nil : confidence,
            startedAt: timed.first?.startedAt ?? take.startedAt, endedAt: timed.last?.endedAt ?? take.endedAt)
    }

    private static func prepared(_ take: SphinxTake) -> [Int16] {
        var samples = take.rate == 16_000 ? take.samples : Doubling.double(take.samples)
        let loudest = samples.reduce(1) { max($0, Int($1.magnitude)) }
        let gain = min(Double(peak) / Double(loudest), Double(gainMax))
        for place in samples.indices {
            samples[place] = Int16(min(max((Double(samples[place]) * gain).rounded(), -32_768), 32_767))
        }
        return samples
    }

    private func decode(_ samples: [Int16], byGrammar: Bool) throws(StreamFault) -> [HeardWord] {
        guard unsafe sphinx_decode(decoder, byGrammar ? 1 : 0, samples, samples.count) == 0 else {
            throw StreamFault(.refused)
        }
        guard unsafe sphinx_text(decoder) != nil else { return [] }
        let heard = HeardWords()
        unsafe sphinx_words(decoder, Unmanaged.passUnretained(heard).toOpaque()) { user, word, first, last in
            guard let user = unsafe user, let word = unsafe word else { return }
            // It outlives the call that this is called in.
            let heard = unsafe Unmanaged<HeardWords>.fromOpaque(user).takeUnretainedValue()
            heard.add(unsafe String(cString: word), Int(first), Int(last))
        }
        return heard.words
    }
}

struct HeardWord: Hashable {
    let text: String
    let first: Int
    let last: Int
}

/// Gathers a decoder's words, without what is no word: silence, noise, the ends of the sentence.
final class HeardWords {
    private(set) var words: [HeardWord] = []

    func add(_ text: String, _ first: Int, _ last: Int) {
        guard let start = text.first, start != "<", start != "[", start != "+" else { return }
        // Of several ways to say a word the decoder tells which: "the(2)".
        words.append(HeardWord(text: String(text.prefix { $0 != "(" }), first: first, last: last))
    }
}
