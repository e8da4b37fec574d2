/// What a caller hears while something takes long: two soft notes of a bell, now and then. It is made, not recorded, and far quieter than a voice:
/// it says that somebody is there, and nobody has to speak up against it.
package enum HoldSound {
    /// Then it begins again.
    package static let period: Milliseconds = 4_000
    package static let notes: [(frequency: Int, at: Milliseconds)] = [(523, 0), (659, 400)]
    /// No sample is louder.
    package static let peak = 600.0
    private static let level = 400.0
    /// A note that began at full strength would click.
    private static let attack = 80
    /// From sample to sample: half a second to a third.
    private static let decay = 0.999_75

    private static let muLaw = round(.muLaw)
    private static let aLaw = round(.aLaw)

    package static func piece(from place: Milliseconds, _ length: Milliseconds, _ law: G711) -> [UInt8] {
        let round = law == .muLaw ? muLaw : aLaw
        let start = samples(place)
        return (0..<samples(length)).map { round[(start + $0) % round.count] }
    }

    private static func round(_ law: G711) -> [UInt8] {
        var sum = [Double](repeating: 0, count: samples(period))
        for (frequency, at) in notes {
            var wave = ToneWave(frequency)
            var strength = level
            for (index, place) in (samples(at)..<sum.count).enumerated() {
                sum[place] += strength * wave.next() * Double(min(index, attack)) / Double(attack)
                strength *= decay
            }
        }
        return sum.map { law.encode(Int16($0)) }
    }

    private static func samples(_ length: Milliseconds) -> Int { Int(length.count) * G711.sampleRate / 1_000 }
}
