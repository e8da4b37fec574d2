/// `phone_number.created`: an agent answers at a number.
package struct PhoneNumberCreated: Hashable, Sendable {
    package var number: Private<String>
    package var carrier: String
    package var agent: AgentID
    /// Nil: whatever is live.
    package var agentVersion: Int?

    package init(number: Private<String>, carrier: String, agent: AgentID, agentVersion: Int?) {
        self.number = number
        self.carrier = carrier
        self.agent = agent
        self.agentVersion = agentVersion
    }
}
