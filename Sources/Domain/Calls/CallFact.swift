/// Something that happened in a call, and where it stands in the call's stream.
package struct CallFact: Hashable, Sendable {
    package let version: Int32
    package let id: EventID
    /// By the clock of whoever saw it.
    package let at: Instant
    /// Nil when the reader does not look inside.
    package let event: CallEvent?

    package init(version: Int32, id: EventID, at: Instant, _ event: CallEvent?) {
        self.version = version
        self.id = id
        self.at = at
        self.event = event
    }

    var rank: Rank { Rank(at: at, event: id) }
}

extension CallEvent {
    /// The turn that it adds to.
    package var turn: TurnID? {
        switch self {
        case .callerSaid(let event): event.turn
        case .turnEnded(let event): event.turn
        case .sentimentScored(let event): event.turn
        case .replyFirstToken(let event): event.turn
        case .agentStartedSpeaking(let event): event.turn
        case .agentSpoke(let event): event.turn
        case .agentInterrupted(let event): event.turn
        case .toolCalled(let event): event.turn
        default: nil
        }
    }

    /// The utterance of the agent that it adds to.
    package var utterance: UtteranceID? {
        switch self {
        case .agentStartedSpeaking(let event): event.utterance
        case .agentSpoke(let event): event.utterance
        case .agentInterrupted(let event): event.utterance
        default: nil
        }
    }

    package var toolCall: ToolCallID? {
        switch self {
        case .toolCalled(let event): event.toolCall
        case .toolReturned(let event): event.toolCall
        case .toolFailed(let event): event.toolCall
        default: nil
        }
    }
}
