/// `agent.changed`: settings were changed; those that are not named stayed.
package struct AgentChanged: Hashable, Sendable {
    package var name: String?
    package var settings: Freeform?

    package init(name: String? = nil, settings: Freeform? = nil) {
        self.name = name
        self.settings = settings
    }
}
