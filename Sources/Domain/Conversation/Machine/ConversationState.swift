/// Where a conversation stands, for whoever looks at it from outside. It follows from the machine; nothing in the machine asks for it.
package enum ConversationState: String, Hashable, Sendable, CaseIterable {
    /// Nobody says anything, nothing is awaited. Also how a call ends.
    case idle
    /// It is the caller's turn.
    case listening
    /// It is ours, and nothing is to be heard yet.
    case thinking
    /// Our voice is on its way to the caller.
    case speaking
}

/// What moved the state.
package enum Cause: String, Hashable, Sendable, CaseIterable {
    case userStarted = "user_started"
    case falseStart = "false_start"
    case turnEnd = "turn_end"
    case responseReady = "response_ready"
    case agentPrompt = "agent_prompt"
    case toolCall = "tool_call"
    case toolResult = "tool_result"
    case playbackDone = "playback_done"
    case resumed = "resumed"
    case cancelled = "cancelled"
    case emptyReply = "empty_reply"
    case failed = "error"
    case mediaLost = "media_lost"
    case transferred = "transferred"
    case hangUp = "hangup"
}

/// One step from a state to a state.
package struct Move: Hashable, Sendable {
    package let from: ConversationState
    package let cause: Cause
    package let to: ConversationState

    package init(_ from: ConversationState, _ cause: Cause, _ to: ConversationState) {
        self.from = from
        self.cause = cause
        self.to = to
    }
}
