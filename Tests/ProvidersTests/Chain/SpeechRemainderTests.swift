import Domain
import Testing

@testable import Providers

/// No word is said twice, and none is left out, when another voice goes on.
struct SpeechRemainderTests {
    private func words(_ texts: String, each length: Int64) -> [Word] {
        texts.split(separator: " ").enumerated().map { index, text in
            let start = Int64(index) * length
            return Word(
                text: Private(String(text)), startedAt: Milliseconds(start), endedAt: Milliseconds(start + length))
        }
    }

    @Test func `words that were heard whole are not said again`() {
        let text = "Your card is on its way. It comes tomorrow."
        let known = words(text, each: 200)
        #expect(SpeechRemainder.of(text, words: known, given: 0) == text)
        #expect(SpeechRemainder.of(text, words: known, given: 199) == text)
        #expect(SpeechRemainder.of(text, words: known, given: 650) == "on its way. It comes tomorrow.")
        #expect(SpeechRemainder.of(text, words: known, given: 9_000) == "")
    }

    @Test func `without times the pace is guessed, and the word it broke off in is said again`() {
        let text = "Your card is on its way."
        #expect(SpeechRemainder.of(text, words: [], given: 100) == text)
        #expect(SpeechRemainder.of(text, words: [], given: 700) == "is on its way.")
        #expect(SpeechRemainder.of(text, words: [], given: 2_000) == "")
    }
}
