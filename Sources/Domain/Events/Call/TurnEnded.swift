/// `turn.ended`: it is our turn.
package struct TurnEnded: Hashable, Sendable {
    package var turn: TurnID
    package var reason: TurnEnd
    package var silence: Milliseconds?
    /// From the end of the speech to this decision.
    package var endpointing: Milliseconds?
    package var inputs: EndpointingInputs?

    package init(
        turn: TurnID, reason: TurnEnd, silence: Milliseconds? = nil, endpointing: Milliseconds? = nil,
        inputs: EndpointingInputs? = nil
    ) {
        self.turn = turn
        self.reason = reason
        self.silence = silence
        self.endpointing = endpointing
        self.inputs = inputs
    }
}
