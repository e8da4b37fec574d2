/// `call.received`: somebody calls us.
package struct CallReceived: Hashable, Sendable {
    package var from: Private<String>
    package var to: Private<String>
    package var leg: CarrierLeg
    /// None if nobody answers that number.
    package var agent: AgentID?
    package var agentVersion: Int?
    package var customer: CustomerID?

    package init(
        from: Private<String>, to: Private<String>, leg: CarrierLeg, agent: AgentID? = nil,
        agentVersion: Int? = nil, customer: CustomerID? = nil
    ) {
        self.from = from
        self.to = to
        self.leg = leg
        self.agent = agent
        self.agentVersion = agentVersion
        self.customer = customer
    }
}
