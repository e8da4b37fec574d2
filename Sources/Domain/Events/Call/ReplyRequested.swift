/// `reply.requested`: a model was asked what to say.
package struct ReplyRequested: Hashable, Sendable {
    package var reply: ReplyID
    /// None for what we say unasked.
    package var turn: TurnID?
    package var provider: String
    package var model: String
    package var tokensIn: Int?

    package init(reply: ReplyID, turn: TurnID? = nil, provider: String, model: String, tokensIn: Int? = nil) {
        self.reply = reply
        self.turn = turn
        self.provider = provider
        self.model = model
        self.tokensIn = tokensIn
    }
}
