import Foundation
import TestKit
import Testing

@testable import Providers

/// What decoders are told: how texts are said, which words follow which, which phrases there are.
struct SphinxWordsTests {
    private static let dictionary = """
        'bout B AW T
        a AH
        a(2) EY
        b B IY
        card K AA R D
        card(2) K AA D
        cards K AA R D Z
        i AY
        is IH Z
        n EH N
        my M AY
        where W EH R
        yes Y EH S

        """
    private static let lexicon = Lexicon(Array(dictionary.utf8))

    @Test(arguments: [
        ("Where's my card?", ["where's", "my", "card"]),
        ("It costs 24 euros.", ["it", "costs", "twenty", "four", "euros"]),
        ("Gate B12", ["gate", "b", "twelve"]), ("4271", ["four", "two", "seven", "one"]), ("06", ["zero", "six"]),
        ("¿Qué tal, José?", ["que", "tal", "jose"]), ("don’t – 'quoted'", ["don't", "quoted"]), ("…", []),
        // Whole numbers that are no digits, in one character: the Coptic forty, ten thousand in Chinese, a Tamil hundred.
        ("7\u{102ed}", ["seven", "\u{102ed}"]), ("万", ["万"]), ("\u{bf1}", ["\u{bf1}"]),
        ("\u{664}\u{662}", ["forty", "two"]),
    ])
    func `a text is words as they are said`(text: String, words: [String]) {
        #expect(SpokenForm.words(text) == words)
    }

    @Test func `the probabilities behind any words add up to one`() {
        let sentences = ["where is my card", "my card is here", "where is my other card", "yes"].map {
            $0.split(separator: " ").map(String.init)
        }
        let model = TrigramModel(sentences, extra: ["never"])
        let contexts: [[String]] = [
            [], ["<s>"], ["is"], ["my"], ["never"], ["where", "is"], ["<s>", "my"], ["is", "my"], ["yes", "my"],
        ]
        for context in contexts {
            let sum = model.words.reduce(0) { $0 + model.probability(of: $1, after: context) }
            #expect(abs(sum - 1) < 1e-9, "\(context)")
        }
        let likely = model.probability(of: "my", after: ["where", "is"])
        #expect(likely > 10 * model.probability(of: "yes", after: ["where", "is"]))
        #expect(model.probability(of: "never", after: ["where", "is"]) > 0)
    }

    @Test func `a small model is this text`() {
        #expect(
            TrigramModel([["a", "b"]]).arpa == """
                \\data\\
                ngram 1=4
                ngram 2=3
                ngram 3=2

                \\1-grams:
                -99.0000 <s> -0.1249
                -0.4771 </s> 0.0000
                -0.4771 a -0.1249
                -0.4771 b -0.1249

                \\2-grams:
                -0.3010 <s> a 0.0000
                -0.3010 a b 0.0000
                -0.3010 b </s> 0.0000

                \\3-grams:
                -0.3010 <s> a b
                -0.3010 a b </s>

                \\end\\

                """)
    }

    @Test func `a grammar has each phrase once`() {
        #expect(
            PhraseGrammar.text([["yes"], ["my", "card"], ["yes"], []])
                == "#JSGF V1.0;\ngrammar agent;\npublic <phrase> = ( my card ) | ( yes );\n")
        #expect(PhraseGrammar.text([[]]) == nil)
    }

    @Test(arguments: [
        ("where is my card", "where is my card", 0), ("where is my card", "is my card", 1), ("", "a b", 2),
        ("a b c", "c b a", 2), ("what is the balance", "when do i get my money back", 7),
    ])
    func `words are counted that differ`(first: String, second: String, edits: Int) {
        let (one, other) = (first.split(separator: " ").map(String.init), second.split(separator: " ").map(String.init))
        #expect(WordDistance.edits(one, other) == edits)
        #expect(WordDistance.edits(other, one) == edits)
    }

    @Test func `a word has all its pronunciations, and no other word's`() {
        #expect(Self.lexicon.lines(of: "card") == ["card K AA R D", "card(2) K AA D"])
        #expect(Self.lexicon.lines(of: "cards") == ["cards K AA R D Z"])
        #expect(Self.lexicon.lines(of: "car") == [])
        #expect(Self.lexicon.lines(of: "") == [])
        #expect(Self.lexicon.knows("'bout"))
    }

    @Test func `words that nobody knows are dropped, abbreviations are spelled, sounds may be given`() {
        let vocabulary = Vocabulary(
            ExpectedSpeech(
                phrases: ["Where is my IBAN?", "is my zyzzyva", "my duda", "my pin"],
                pronunciations: ["duda": "d uw d ah", "pin": "p ih beep"]), Self.lexicon)
        #expect(
            vocabulary.written == [
                "where is my i b a n": "Where is my IBAN?", "my duda": "my duda",
            ])
        #expect(vocabulary.dictionary.contains("\nduda D UW D AH\n"))
        #expect(vocabulary.grammar?.contains("( where is my i b a n )") == true)
        #expect(vocabulary.grammar?.contains("( is my )") == false)
        #expect(vocabulary.model.contains(" is my"))
        #expect(Set(vocabulary.unknown).isSuperset(of: ["zyzzyva", "pin"]))
    }

    @Test func `phrases beyond the limit are not learned`() {
        let phrases = Array(repeating: "yes", count: Vocabulary.phrasesMax) + ["my card"]
        let vocabulary = Vocabulary(ExpectedSpeech(phrases: phrases), Self.lexicon)
        #expect(vocabulary.written == ["yes": "yes"])
        let long = Array(repeating: "card", count: Vocabulary.wordsOfPhraseMax + 1).joined(separator: " ")
        #expect(Vocabulary(ExpectedSpeech(phrases: [long]), Self.lexicon).written == [:])
    }

    @Test func `a file that is no dictionary is not read`() async throws {
        try await TemporaryFolder.with { folder in
            #expect(throws: CocoaError.self) { try Lexicon(path: folder.path("none")) }
            try Data(count: Lexicon.bytesMax + 1).write(to: URL(filePath: folder.path("large")))
            #expect(throws: CocoaError.self) { try Lexicon(path: folder.path("large")) }
        }
    }

    @Test func `any digit may follow any other`() {
        let words = CommonSpeech.digits.split(separator: " ")
        let pairs = Set(zip(words, words.dropFirst()).map { "\($0) \($1)" })
        #expect(pairs.count == 100)
    }

    @Test func `a doubled tone is the same tone`() {
        func tone(_ hertz: Double, rate: Double, count: Int) -> [Int16] {
            (0..<count).map { Int16((8_000 * sin(2 * .pi * hertz * Double($0) / rate)).rounded()) }
        }
        for hertz in [200.0, 1_000, 2_000, 3_000] {
            let doubled = Doubling.double(tone(hertz, rate: 8_000, count: 800))
            let expected = tone(hertz, rate: 16_000, count: 1_600)
            #expect(doubled.count == 1_600)
            // Its ends know one side only.
            let error = zip(doubled, expected).dropFirst(40).dropLast(40).map { abs(Int($0) - Int($1)) }.max() ?? 0
            #expect(error < 160, "\(hertz) Hz")
        }
    }
}
