/// `agent.interrupted`: the caller broke in, and we fell silent.
package struct AgentInterrupted: Hashable, Sendable {
    package var utterance: UtteranceID
    package var turn: TurnID?
    package var heardFor: Milliseconds
    /// From the caller's first sound to our silence.
    package var stoppedAfter: Milliseconds?
    package var evidence: SpeechEvidence

    package init(
        utterance: UtteranceID, turn: TurnID? = nil, heardFor: Milliseconds, stoppedAfter: Milliseconds? = nil,
        evidence: SpeechEvidence
    ) {
        self.utterance = utterance
        self.turn = turn
        self.heardFor = heardFor
        self.stoppedAfter = stoppedAfter
        self.evidence = evidence
    }
}
