/// What the machine needs to know of a frame of the caller's sound: where it is, and how much like speech it sounds.
package struct CallerFrame: Hashable, Sendable {
    /// Of its first sample, from the first sound of the call.
    package var mediaAt: Milliseconds
    package var length: Milliseconds
    package var probability: Fraction
    package var energy: Fraction?

    package init(
        mediaAt: Milliseconds, length: Milliseconds = 20, probability: Fraction, energy: Fraction? = nil
    ) {
        self.mediaAt = mediaAt
        self.length = length
        self.probability = probability
        self.energy = energy
    }

    /// Of the sample after its last.
    var mediaEnd: Milliseconds { mediaAt + length }
}

extension CallerFrame {
    /// Fine enough for every threshold of whole percents: these lie on steps.
    package static let probabilitySteps = 200
    package static let energySteps = 1_000

    /// As a trace writes it down in a few bytes. The conversation must be told this and nothing finer, or it could not be run again.
    package var coarse: CallerFrame {
        CallerFrame(
            mediaAt: mediaAt, length: length, probability: probability.rounded(toSteps: Self.probabilitySteps),
            energy: energy?.rounded(toSteps: Self.energySteps))
    }
}
