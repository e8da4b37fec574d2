import Domain

/// Tells speech from other sound, frame by frame.
protocol VoiceDetector {
    mutating func judge(_ samples: Span<Int16>) -> VoiceActivity
}

/// How much a frame sounds like speech, and how loud it is.
struct VoiceActivity: Hashable {
    let probability: Fraction
    let energy: Fraction

    static let silence = VoiceActivity(probability: Fraction(percent: 0), energy: Fraction(percent: 0))

    init(probability: Fraction, energy: Fraction) { (self.probability, self.energy) = (probability, energy) }

    /// `power` is the mean of the squared samples.
    init(probability: Double, power: Double) {
        self.init(
            probability: Fraction(probability) ?? Fraction(percent: 0),
            energy: Fraction(min(1, power.squareRoot() / 32_768)) ?? Fraction(percent: 0))
    }
}

extension Span<Int16> {
    /// The mean of the squares, 0 where there is nothing.
    var power: Double {
        guard !isEmpty else { return 0 }
        var sum = 0.0
        for index in indices { sum += Double(self[index]) * Double(self[index]) }
        return sum / Double(count)
    }
}
