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
}
