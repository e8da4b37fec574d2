import Domain
import Testing

@testable import Providers

/// What Flite is given to read, and what its times mean. No library is needed for any of it.
struct FliteTextTests {
    private static func text(_ words: [Word]) -> [String] { words.map(\.text.revealed) }

    @Test(arguments: [
        ("Hello, Anna.", "Hello, Anna."),
        ("  it's\n\tnoon  ", "it's noon"),
        ("“Grüß Gott”, Zoë – ça va?", "\"Gruss Gott\", Zoe, ca va?"),
        ("costs 5 € (or £4)…", "costs 5 euros (or pounds 4)..."),
        ("yes - no", "yes, no"),
        ("AT&T & co", "AT&T & co"),
        ("😀 … – ( ) 你好", ""),
        ("a\u{0}b\u{7}c", "abc"),
        ("wait, – now", "wait, now"),
    ])
    func `only letters that it knows are left, and they say the same`(text: String, spoken: String) {
        #expect(FliteSentence(text).spoken == spoken)
    }

    @Test func `a word longer than any is read in parts and stays one word`() {
        let long = String(repeating: "ab", count: FliteSentence.tokenLettersMax)
        let sentence = FliteSentence("say \(long) now")
        #expect(sentence.spoken.split(separator: " ").map(\.count) == [3, 60, 60, 3])
        #expect(Self.text(sentence.words(endingAt: [0.1, 0.5, 0.9, 1], from: 0)) == ["say", long, "now"])
    }

    @Test func `words keep their own letters and follow each other`() {
        let sentence = FliteSentence("Zoë, 5 € – please!")
        let words = sentence.words(endingAt: [0.5, 0.9, 1.4, 2], from: 1_000)
        #expect(Self.text(words) == ["Zoë,", "5", "€", "please!"])
        #expect(words.map(\.startedAt) == [1_000, 1_500, 1_900, 2_400])
        #expect(words.map(\.endedAt) == [1_500, 1_900, 2_400, 3_000])
    }

    @Test func `times that are none move nothing back`() {
        let words = FliteSentence("a b c d").words(endingAt: [0.5, 0, -.infinity, .nan], from: 0)
        #expect(words.map(\.endedAt) == [500, 500, 500, 500])
    }

    @Test func `another count of tokens gives no times rather than wrong ones`() {
        #expect(FliteSentence("one two").words(endingAt: [0.5], from: 0) == [])
        #expect(FliteSentence("one two").words(endingAt: [0.5, 1, 2], from: 0) == [])
    }

    @Test func `sentences are said one at a time, short ones together`() {
        var text = FliteText()
        let first = "Your card left our house on Monday, and it is on its way to you."
        #expect(text.add("Dr. Smith is in. \(first)").isEmpty)
        #expect(text.add(" It") == [FliteSentence("Dr. Smith is in. \(first)")])
        #expect(text.add(" comes.").isEmpty)
        #expect(text.finish() == FliteSentence("It comes."))
        #expect(text.finish() == nil)
    }

    @Test func `what never ends is cut between words, or anywhere`() {
        var text = FliteText()
        var sentences = text.add(String(repeating: "on and ", count: 200))
        #expect(sentences.count == 2)
        #expect(sentences.allSatisfy { (FliteText.lettersMax..<FliteText.lettersMax + 8).contains($0.spoken.count) })
        text = FliteText()
        sentences = text.add(String(repeating: "x", count: 2 * FliteText.lettersMax + 1))
        #expect(sentences.count == 1 && text.finish() == FliteSentence("x"))
    }
}
