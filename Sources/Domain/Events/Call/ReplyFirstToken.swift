/// `reply.first_token`: the model began to answer.
package struct ReplyFirstToken: Hashable, Sendable {
    package var reply: ReplyID
    package var turn: TurnID?
    package var provider: String
    package var model: String
    package var took: Milliseconds

    package init(reply: ReplyID, turn: TurnID? = nil, provider: String, model: String, took: Milliseconds) {
        self.reply = reply
        self.turn = turn
        self.provider = provider
        self.model = model
        self.took = took
    }
}
