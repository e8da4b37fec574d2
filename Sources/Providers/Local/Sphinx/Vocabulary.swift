/// All that a decoder is told of what may be said, made from an agent's own phrases.
struct Vocabulary: Sendable {
    /// What is beyond is not learned: a call's words are few, and a decoder opens while somebody waits.
    static let phrasesMax = 2_000
    static let wordsOfPhraseMax = 40
    /// An agent's phrases count so often, against once for what anybody says.
    private static let weight = 3

    /// Lines of the dictionary, of the words below and no others.
    let dictionary: String
    /// ARPA.
    let model: String
    /// JSGF of the whole phrases; none where nothing can be said whole.
    let grammar: String?
    /// How a phrase was written, by how it is said.
    let written: [String: String]
    /// Words that nobody knows how to say.
    let unknown: [String]

    init(_ speech: ExpectedSpeech, _ lexicon: Lexicon) {
        var lines: [String: [String]] = [:]
        var unknown: Set<String> = []
        let own = speech.pronunciations.reduce(into: [String: String]()) { own, entry in
            let sounds = entry.value.uppercased().split(separator: " ").map(String.init)
            if let word = SpokenForm.words(entry.key).first, !sounds.isEmpty,
                sounds.allSatisfy(Lexicon.sounds.contains)
            {
                own[word] = sounds.joined(separator: " ")
            }
        }
        func knows(_ word: String) -> Bool {
            if lines[word] != nil { return true }
            let found = own[word].map { ["\(word) \($0)"] } ?? lexicon.lines(of: word)
            if !found.isEmpty { lines[word] = found }
            return !found.isEmpty
        }
        /// The words of a phrase that can be said, and whether that is all of it.
        func said(_ phrase: String) -> (words: [String], isWhole: Bool) {
            var words: [String] = []
            var isWhole = true
            for piece in SpokenForm.pieces(phrase) {
                if piece.words.allSatisfy(knows) {
                    words += piece.words
                    continue
                }
                let letters = piece.words.joined().map(String.init)
                if piece.isAbbreviation, letters.allSatisfy(knows) {
                    words += letters
                } else {
                    isWhole = false
                    unknown.formUnion(piece.words)
                }
            }
            return (words, isWhole)
        }

        var sentences: [[String]] = []
        var whole: [[String]] = []
        var written: [String: String] = [:]
        for phrase in speech.phrases.prefix(Self.phrasesMax) {
            let (words, isWhole) = said(phrase)
            guard !words.isEmpty, words.count <= Self.wordsOfPhraseMax else { continue }
            sentences += Array(repeating: words, count: Self.weight)
            guard isWhole else { continue }
            whole.append(words)
            let key = words.joined(separator: " ")
            if written[key] == nil { written[key] = phrase }
        }
        for phrase in CommonSpeech.phrases {
            let (words, isWhole) = said(phrase)
            guard isWhole else { continue }
            sentences.append(words)
            if words.count <= CommonSpeech.wordsOfWholeMax { whole.append(words) }
        }
        let model = TrigramModel(sentences)
        dictionary = lines.keys.sorted().flatMap { lines[$0] ?? [] }.joined(separator: "\n") + "\n"
        self.model = model.arpa
        grammar = PhraseGrammar.text(whole)
        self.written = written
        self.unknown = unknown.sorted()
    }
}

/// What is likely to be said on a call.
struct ExpectedSpeech: Hashable, Sendable {
    var phrases: [String]
    /// Sounds of words that no dictionary has.
    var pronunciations: [String: String]

    init(phrases: [String] = [], pronunciations: [String: String] = [:]) {
        (self.phrases, self.pronunciations) = (phrases, pronunciations)
    }
}
