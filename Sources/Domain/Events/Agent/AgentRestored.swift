/// `agent.restored`: an earlier version became the one that calls run on.
package struct AgentRestored: Hashable, Sendable {
    package var agentVersion: Int

    package init(agentVersion: Int) {
        self.agentVersion = agentVersion
    }
}
