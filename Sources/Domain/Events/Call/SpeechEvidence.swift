/// What was heard of the caller while we spoke.
package struct SpeechEvidence: Hashable, Sendable {
    package var speech: Milliseconds?
    package var wordCount: Int?
    package var probability: Fraction?
    package var text: Private<String>?

    package init(
        speech: Milliseconds? = nil, wordCount: Int? = nil, probability: Fraction? = nil,
        text: Private<String>? = nil
    ) {
        self.speech = speech
        self.wordCount = wordCount
        self.probability = probability
        self.text = text
    }
}
