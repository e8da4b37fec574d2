/// `sentiment.scored`: how the caller seemed to feel in a turn.
package struct SentimentScored: Hashable, Sendable {
    package var turn: TurnID
    package var score: Score
    package var label: Sentiment
    package var model: String
    package var took: Milliseconds?

    package init(turn: TurnID, score: Score, label: Sentiment, model: String, took: Milliseconds? = nil) {
        self.turn = turn
        self.score = score
        self.label = label
        self.model = model
        self.took = took
    }
}
