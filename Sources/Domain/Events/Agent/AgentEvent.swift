/// What happens to an agent.
package enum AgentEvent: Hashable, Sendable {
    case agentCreated(AgentCreated)
    case agentChanged(AgentChanged)
    case agentPublished(AgentPublished)
    case agentRestored(AgentRestored)
    case agentArchived(AgentArchived)

    package var type: EventType {
        switch self {
        case .agentCreated: .agentCreated
        case .agentChanged: .agentChanged
        case .agentPublished: .agentPublished
        case .agentRestored: .agentRestored
        case .agentArchived: .agentArchived
        }
    }
}
