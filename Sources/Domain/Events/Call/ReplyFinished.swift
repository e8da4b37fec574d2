/// `reply.finished`: the model has answered, or was made to stop.
package struct ReplyFinished: Hashable, Sendable {
    package var reply: ReplyID
    package var turn: TurnID?
    package var provider: String
    package var model: String
    package var tokensIn: Int?
    package var tokensOut: Int?
    package var tokensCached: Int?
    package var took: Milliseconds?
    package var finish: FinishReason

    package init(
        reply: ReplyID, turn: TurnID? = nil, provider: String, model: String, tokensIn: Int? = nil,
        tokensOut: Int? = nil, tokensCached: Int? = nil, took: Milliseconds? = nil, finish: FinishReason
    ) {
        self.reply = reply
        self.turn = turn
        self.provider = provider
        self.model = model
        self.tokensIn = tokensIn
        self.tokensOut = tokensOut
        self.tokensCached = tokensCached
        self.took = took
        self.finish = finish
    }
}
