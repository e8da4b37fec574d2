/// `tool.called`: the model asked for a tool.
package struct ToolCalled: Hashable, Sendable {
    package var toolCall: ToolCallID
    package var reply: ReplyID?
    package var turn: TurnID?
    package var name: String
    package var arguments: Private<Freeform>
    package var idempotencyKey: String

    package init(
        toolCall: ToolCallID, reply: ReplyID? = nil, turn: TurnID? = nil, name: String,
        arguments: Private<Freeform>, idempotencyKey: String
    ) {
        self.toolCall = toolCall
        self.reply = reply
        self.turn = turn
        self.name = name
        self.arguments = arguments
        self.idempotencyKey = idempotencyKey
    }
}
