/// `agent.spoke`: an utterance is over, and this much of it was heard.
package struct AgentSpoke: Hashable, Sendable {
    package var utterance: UtteranceID
    package var turn: TurnID?
    package var reply: ReplyID?
    package var generated: Private<String>
    package var heard: Private<String>
    package var heardFor: Milliseconds
    /// How long all of it would have taken, if the voice got that far.
    package var totalFor: Milliseconds?
    package var isInterrupted: Bool
    package var voice: String
    package var provider: String

    package init(
        utterance: UtteranceID, turn: TurnID? = nil, reply: ReplyID? = nil, generated: Private<String>,
        heard: Private<String>, heardFor: Milliseconds, totalFor: Milliseconds? = nil, isInterrupted: Bool,
        voice: String, provider: String
    ) {
        self.utterance = utterance
        self.turn = turn
        self.reply = reply
        self.generated = generated
        self.heard = heard
        self.heardFor = heardFor
        self.totalFor = totalFor
        self.isInterrupted = isInterrupted
        self.voice = voice
        self.provider = provider
    }
}
