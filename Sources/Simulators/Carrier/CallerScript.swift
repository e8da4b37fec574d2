package import Domain

/// A caller, or somebody who is called, as a list of what they do one after another.
package struct CallerScript: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case wait(Milliseconds)
        case say(String)
        /// Sound as the line carries it, made elsewhere: µ-law at 8 kHz.
        case play([UInt8])
        /// Until the agent has said something and then been quiet for so long.
        case hear(quietFor: Milliseconds = 300)
        /// The same of an agent with any voice: words are none that we understand, so loudness must do.
        case hearVoice(quietFor: Milliseconds = 900)
        /// Until the agent has been heard for so long; what follows falls into its word.
        case hearVoiceFor(Milliseconds)
        /// Until the agent has said so many words of one utterance; what follows falls into its word.
        case hearWords(Int)
        /// Keys, one after another.
        case press(String)
        /// The tone of an answering machine: from here on it records.
        case beep
        case hangUp
    }

    /// What happens to a call that we dial.
    package enum Answer: Hashable, Sendable {
        case answers(after: Milliseconds = 0)
        case busy
        case rejects
        /// It rings until we give up.
        case never
    }

    package var answer: Answer
    /// It is a machine that answers, and a carrier that was asked to look knows it so long after the answer.
    package var machineAfter: Milliseconds?
    package var steps: [Step]

    package init(_ steps: [Step] = [], answer: Answer = .answers(), machineAfter: Milliseconds? = nil) {
        (self.steps, self.answer, self.machineAfter) = (steps, answer, machineAfter)
    }
}
