/// What callers hear where no voice is left: the three rising tones by which telephone networks say that a call can't go on (ITU-T E.180).
package enum FaultTones {
    package static let frequencies = [950, 1_400, 1_800]
    /// Who does not hear them at first does so then.
    private static let rounds = 2
    private static let length: Milliseconds = 330
    private static let pause: Milliseconds = 1_000
    private static let amplitude = 12_000.0

    package static func sound(_ law: G711) -> [UInt8] {
        var round: [UInt8] = []
        for frequency in frequencies {
            var wave = ToneWave(frequency)
            for _ in 0..<G711.samples(length) { round.append(law.encode(Int16(amplitude * wave.next()))) }
        }
        round += [UInt8](repeating: law.silence, count: G711.samples(pause))
        return [[UInt8]](repeating: round, count: rounds).flatMap { $0 }
    }
}
