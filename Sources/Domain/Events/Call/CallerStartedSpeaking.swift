/// `caller.started_speaking`: the caller began to make speech-like sound.
package struct CallerStartedSpeaking: Hashable, Sendable {
    package var mediaAt: Milliseconds
    package var probability: Fraction?
    package var energy: Fraction?

    package init(mediaAt: Milliseconds, probability: Fraction? = nil, energy: Fraction? = nil) {
        self.mediaAt = mediaAt
        self.probability = probability
        self.energy = energy
    }
}
