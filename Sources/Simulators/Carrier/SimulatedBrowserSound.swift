import Domain
import Wire

/// What a browser's sound is made of, for a person who hears and speaks as on the telephone.
struct SimulatedBrowserSound {
    static let sampleRate = 16_000

    private var up = Resampler(from: G711.sampleRate, to: sampleRate)
    private var down = Resampler(from: sampleRate, to: G711.sampleRate)

    mutating func sent(_ audio: [UInt8]) -> [UInt8] {
        let samples = audio.map { G711.muLaw.decode($0) }
        var sound: [Int16] = []
        up.add(samples.span, to: &sound)
        return sound.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    mutating func given(_ bytes: [UInt8]) -> [UInt8] {
        let samples = (0..<bytes.count / 2).map {
            Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8)
        }
        var sound: [Int16] = []
        down.add(samples.span, to: &sound)
        return sound.map { G711.muLaw.encode($0) }
    }
}
