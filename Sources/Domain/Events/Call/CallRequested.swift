/// `call.requested`: somebody asked us to call.
package struct CallRequested: Hashable, Sendable {
    package var direction: Direction
    package var from: Private<String>?
    package var to: Private<String>
    package var agent: AgentID
    package var agentVersion: Int
    package var customer: CustomerID?
    package var campaign: CampaignID?
    package var metadata: Private<Freeform>?
    /// What the agent's texts are filled in with.
    package var variables: Private<Freeform>?

    package init(
        direction: Direction, from: Private<String>? = nil, to: Private<String>, agent: AgentID, agentVersion: Int,
        customer: CustomerID? = nil, campaign: CampaignID? = nil, metadata: Private<Freeform>? = nil,
        variables: Private<Freeform>? = nil
    ) {
        self.direction = direction
        self.from = from
        self.to = to
        self.agent = agent
        self.agentVersion = agentVersion
        self.customer = customer
        self.campaign = campaign
        self.metadata = metadata
        self.variables = variables
    }
}
