/// Who calls whom, and who answers for us: as it was when the call was asked for, or came in.
package struct CallOrigin: Hashable, Sendable {
    package var direction: Direction
    package var from: Private<String>?
    package var to: Private<String>
    package var agent: AgentID?
    package var agentVersion: Int?
    package var customer: CustomerID?
    package var campaign: CampaignID?
    package var metadata: Private<Freeform>?

    package init(
        direction: Direction, from: Private<String>?, to: Private<String>, agent: AgentID?, agentVersion: Int?,
        customer: CustomerID?, campaign: CampaignID?, metadata: Private<Freeform>?
    ) {
        self.direction = direction
        self.from = from
        self.to = to
        self.agent = agent
        self.agentVersion = agentVersion
        self.customer = customer
        self.campaign = campaign
        self.metadata = metadata
    }

    init(_ event: CallRequested) {
        self.init(
            direction: event.direction, from: event.from, to: event.to, agent: event.agent,
            agentVersion: event.agentVersion, customer: event.customer, campaign: event.campaign,
            metadata: event.metadata)
    }

    init(_ event: CallReceived) {
        self.init(
            direction: .inbound, from: event.from, to: event.to, agent: event.agent, agentVersion: event.agentVersion,
            customer: event.customer, campaign: nil, metadata: nil)
    }
}
