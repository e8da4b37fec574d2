/// What the end of a turn was decided from, kept so that another rule can be tried on the same calls.
package struct EndpointingInputs: Hashable, Sendable {
    package var silenceThreshold: Milliseconds?
    package var speech: Milliseconds?
    package var wordCount: Int?
    package var endProbability: Fraction?
    package var endThreshold: Fraction?

    package init(
        silenceThreshold: Milliseconds? = nil, speech: Milliseconds? = nil, wordCount: Int? = nil,
        endProbability: Fraction? = nil, endThreshold: Fraction? = nil
    ) {
        self.silenceThreshold = silenceThreshold
        self.speech = speech
        self.wordCount = wordCount
        self.endProbability = endProbability
        self.endThreshold = endThreshold
    }
}
