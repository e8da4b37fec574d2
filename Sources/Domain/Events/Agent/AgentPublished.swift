/// `agent.published`: the settings became a version that calls can run on, never to change.
package struct AgentPublished: Hashable, Sendable {
    package var agentVersion: Int
    package var settings: Freeform

    package init(agentVersion: Int, settings: Freeform) {
        self.agentVersion = agentVersion
        self.settings = settings
    }
}
