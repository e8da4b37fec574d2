/// What a call may hold at most, and what happens at the limit.
package enum Limit {
    /// Effects of one input. Enough for ending a call with everything in flight; a test looks for more and finds none.
    package static let effectsPerInput = 128
    /// Inputs that wait in an `Inbox`. Then the oldest audio falls out; without audio the newest work is refused.
    package static let inputsWaiting = 256
    /// Generations alive at once. Then the older one is cancelled.
    package static let repliesAlive = 2
    /// Utterances behind the one being said. Then a new one is dropped unsaid.
    package static let utterancesWaiting = 4
    /// Sentences of one utterance that the caller has not been sent yet. Then the reply that makes them is cut short there.
    package static let sentencesWaiting = 48
    /// Letters of one reply. Then it is cut short there.
    package static let replyLength = 8_000
    /// Letters of one sentence. Then it is said in two.
    package static let sentenceLength = 300
    /// Letters of the caller in one turn. Then their turn is over.
    package static let turnLength = 8_000
    /// Tools that have not returned. Then the model is told that the tool refused.
    package static let toolsPending = 8
    /// Rounds of tools without a word of the caller. Then we apologize instead of asking again.
    package static let toolRounds = 8
    /// Uses of tools in a call. Then the model is told that the tool refused.
    package static let toolUses = 256
    /// Messages that the model is given. Then the oldest fall out.
    package static let messages = 200
    /// Sound of one utterance. Then the reply that makes it is cut short there.
    package static let utteranceSound: Milliseconds = 180_000
    /// What the caller may be sent beyond the last mark that came back. Then nothing is sent until one comes.
    package static let unconfirmedSound: Milliseconds = 3_000
    /// Keys of one entry. Then the entry is complete.
    package static let keys = 64
    /// Letters of one thing that is to be remembered. What is longer is refused: a memory is a sentence, not a story.
    package static let memory = 1_000
    /// Apologies without a good reply between them. At the last one we hang up.
    package static let apologies = 3
    /// Times that a sentence is asked of a voice. Then it is left out.
    package static let voiceAttempts = 3
}
