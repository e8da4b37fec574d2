/// `agent.archived`: the agent takes no more calls.
package struct AgentArchived: Hashable, Sendable {
    package init() {}
}
