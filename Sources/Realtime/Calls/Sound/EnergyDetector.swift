import Domain

/// Takes for speech what is louder than the line usually is. It is the degraded detector: a slammed door is speech to it, and
/// so is music.
struct EnergyDetector: VoiceDetector {
    // Powers are means of squared samples.
    /// Quieter is nobody, however quiet the line is.
    static let powerMin = 90_000.0
    static let floorMin = 900.0
    static let floorMax = 250_000.0
    /// With each frame; a minute of noise makes it some twenty times louder.
    static let floorRise = 1.001
    /// So much above the floor it may be speech, and at the second it is: 6 and 12 decibels.
    static let ratioMin = 4.0
    static let ratioMax = 16.0

    /// What is left of the last frame's probability: the breath between two words is no end of speech.
    static let release = 0.7

    private(set) var floor = EnergyDetector.floorMin
    private var last = 0.0

    mutating func judge(_ samples: Span<Int16>) -> VoiceActivity {
        guard !samples.isEmpty else { return .silence }
        let power = samples.power
        floor = max(Self.floorMin, min(Self.floorMax, power < floor ? power : floor * Self.floorRise))
        let share = power < Self.powerMin ? 0 : (power / floor - Self.ratioMin) / (Self.ratioMax - Self.ratioMin)
        last = max(min(1, share), last * Self.release)
        return VoiceActivity(probability: last, power: power)
    }
}
