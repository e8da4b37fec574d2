/// `phone_number.changed`: who answers there from now on.
package struct PhoneNumberChanged: Hashable, Sendable {
    package var agent: AgentID
    /// Nil: whatever is live.
    package var agentVersion: Int?

    package init(agent: AgentID, agentVersion: Int?) {
        self.agent = agent
        self.agentVersion = agentVersion
    }
}
