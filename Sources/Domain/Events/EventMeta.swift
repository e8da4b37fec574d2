/// How an event came about; it says nothing of what happened.
package struct EventMeta: Hashable, Sendable {
    /// The HTTP request that asked for it.
    package var request: String?
    package var turn: TurnID?
    package var trace: TraceID?
    package var correlation: CorrelationID?
    /// The event that this one answers.
    package var causation: EventID?
    package var actor: Actor?
    /// From where it was asked for, as far as we know it.
    package var address: Private<String>?
    /// The version of the agent that was speaking.
    package var agentVersion: Int?

    package init(
        request: String? = nil, turn: TurnID? = nil, trace: TraceID? = nil, correlation: CorrelationID? = nil,
        causation: EventID? = nil, actor: Actor? = nil, address: Private<String>? = nil, agentVersion: Int? = nil
    ) {
        self.request = request
        self.turn = turn
        self.trace = trace
        self.correlation = correlation
        self.causation = causation
        self.actor = actor
        self.address = address
        self.agentVersion = agentVersion
    }
}
