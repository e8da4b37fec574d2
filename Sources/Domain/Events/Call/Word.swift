/// One word, and when in the call it was said.
package struct Word: Hashable, Sendable {
    package var text: Private<String>
    package var startedAt: Milliseconds
    package var endedAt: Milliseconds
    package var confidence: Fraction?

    package init(text: Private<String>, startedAt: Milliseconds, endedAt: Milliseconds, confidence: Fraction? = nil) {
        self.text = text
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.confidence = confidence
    }
}
