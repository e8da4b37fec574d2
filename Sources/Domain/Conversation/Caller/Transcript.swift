/// What a recognizer has understood. A partial is replaced by the next one, a final stays.
package struct Transcript: Hashable, Sendable {
    package var recognizer: RecognizerNumber
    package var text: Private<String>
    package var confidence: Fraction?
    package var startedAt: Milliseconds?
    package var endedAt: Milliseconds?
    package var words: [Word]?
    package var language: String?

    package init(
        recognizer: RecognizerNumber, text: Private<String>, confidence: Fraction? = nil,
        startedAt: Milliseconds? = nil, endedAt: Milliseconds? = nil, words: [Word]? = nil, language: String? = nil
    ) {
        self.recognizer = recognizer
        self.text = text
        self.confidence = confidence
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.words = words
        self.language = language
    }
}
