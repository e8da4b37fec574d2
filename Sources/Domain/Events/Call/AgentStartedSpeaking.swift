/// `agent.started_speaking`: the first sound of an utterance was sent to the carrier.
package struct AgentStartedSpeaking: Hashable, Sendable {
    package var utterance: UtteranceID
    package var turn: TurnID?
    package var reply: ReplyID?
    /// From the model's first token to the order to the voice: a sentence has to be whole to be said.
    package var firstSentence: Milliseconds?
    /// From the order to the voice to its first sound.
    package var voiceFirstByte: Milliseconds?
    /// From there to the carrier.
    package var firstAudioSent: Milliseconds?
    /// What the caller waited: from the end of their speech to our first sound.
    package var perceived: Milliseconds?

    package init(
        utterance: UtteranceID, turn: TurnID? = nil, reply: ReplyID? = nil,
        firstSentence: Milliseconds? = nil, voiceFirstByte: Milliseconds? = nil, firstAudioSent: Milliseconds? = nil,
        perceived: Milliseconds? = nil
    ) {
        self.utterance = utterance
        self.turn = turn
        self.reply = reply
        self.firstSentence = firstSentence
        self.voiceFirstByte = voiceFirstByte
        self.firstAudioSent = firstAudioSent
        self.perceived = perceived
    }
}
