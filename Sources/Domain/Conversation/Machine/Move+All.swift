extension Move {
    /// Every move there is. `docs/conversation.md` shows it as a table.
    package static let all: Set<Move> = Set(
        moves(from: .idle, to: .listening, [.userStarted])
            + moves(from: .idle, to: .thinking, [.turnEnd, .toolResult, .agentPrompt, .failed, .transferred])
            + moves(from: .listening, to: .idle, [.falseStart, .turnEnd, .hangUp, .cancelled, .failed])
            + moves(from: .listening, to: .thinking, [.turnEnd, .falseStart, .cancelled, .failed])
            + moves(from: .listening, to: .speaking, [.resumed, .agentPrompt])
            + moves(
                from: .thinking, to: .idle,
                [.cancelled, .hangUp, .transferred, .failed, .emptyReply, .turnEnd, .toolResult])
            + moves(from: .thinking, to: .listening, [.userStarted, .cancelled, .failed, .emptyReply, .toolResult])
            + moves(from: .thinking, to: .thinking, [.toolCall])
            + moves(from: .thinking, to: .speaking, [.responseReady, .agentPrompt, .resumed])
            + moves(from: .speaking, to: .idle, [.playbackDone, .cancelled, .hangUp, .failed])
            + moves(from: .speaking, to: .listening, [.userStarted, .playbackDone, .cancelled, .mediaLost])
            + moves(from: .speaking, to: .thinking, [.playbackDone, .mediaLost, .cancelled, .failed])
            + moves(from: .speaking, to: .speaking, [.toolCall])
            + moves(from: .listening, to: .listening, [.toolCall]))

    private static func moves(from: ConversationState, to: ConversationState, _ causes: [Cause]) -> [Move] {
        causes.map { Move(from, $0, to) }
    }
}
