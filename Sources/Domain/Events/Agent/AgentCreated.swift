/// `agent.created`: an agent was made.
package struct AgentCreated: Hashable, Sendable {
    package var name: String
    package var settings: Freeform

    package init(name: String, settings: Freeform) {
        self.name = name
        self.settings = settings
    }
}
