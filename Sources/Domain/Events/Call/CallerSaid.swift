/// `caller.said`: what the caller said in a turn, as understood.
package struct CallerSaid: Hashable, Sendable {
    package var turn: TurnID
    package var text: Private<String>
    package var confidence: Fraction?
    package var startedAt: Milliseconds
    package var endedAt: Milliseconds
    /// From the end of the speech to the final transcript.
    package var finalAfter: Milliseconds?
    package var words: [Word]?
    package var provider: String
    package var language: String?

    package init(
        turn: TurnID, text: Private<String>, confidence: Fraction? = nil, startedAt: Milliseconds,
        endedAt: Milliseconds, finalAfter: Milliseconds? = nil, words: [Word]? = nil, provider: String,
        language: String? = nil
    ) {
        self.turn = turn
        self.text = text
        self.confidence = confidence
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.finalAfter = finalAfter
        self.words = words
        self.provider = provider
        self.language = language
    }
}
