/// What the end of a turn was decided from, kept so that another rule can be tried on the same calls.
package struct EndpointingInputs: Hashable, Sendable {
    package var silenceThreshold: Milliseconds?
    package var speech: Milliseconds?
    package var wordCount: Int?
    package var endProbability: Fraction?
    package var endThreshold: Fraction?
    /// How finished the words sounded.
    package var completeness: Completeness?
    package var expected: ExpectedInput?
    /// How long this caller has paused before going on.
    package var usualPause: Milliseconds?

    package init(
        silenceThreshold: Milliseconds? = nil, speech: Milliseconds? = nil, wordCount: Int? = nil,
        endProbability: Fraction? = nil, endThreshold: Fraction? = nil,
        completeness: Completeness? = nil, expected: ExpectedInput? = nil, usualPause: Milliseconds? = nil
    ) {
        self.silenceThreshold = silenceThreshold
        self.speech = speech
        self.wordCount = wordCount
        self.endProbability = endProbability
        self.endThreshold = endThreshold
        self.completeness = completeness
        self.expected = expected
        self.usualPause = usualPause
    }
}
