package import Domain

/// A browser's sound as a telephone has it, and the other way round: a call is the same whatever it comes over.
package struct WebSound: Sendable {
    private let sampleRate: Int
    private let law: G711
    private var toCall: Resampler
    private var toBrowser: Resampler

    package init(sampleRate: Int, law: G711) {
        (self.sampleRate, self.law) = (sampleRate, law)
        toCall = Resampler(from: sampleRate, to: G711.sampleRate)
        toBrowser = Resampler(from: G711.sampleRate, to: sampleRate)
    }

    /// Samples of sixteen bits, the lower byte first. One that is cut in half is none.
    package mutating func heard(_ audio: Span<UInt8>) -> [UInt8] {
        var samples: [Int16] = []
        samples.reserveCapacity(audio.count / 2)
        for place in 0..<audio.count / 2 {
            samples.append(Int16(bitPattern: UInt16(audio[2 * place]) | UInt16(audio[2 * place + 1]) << 8))
        }
        var sound: [Int16] = []
        toCall.add(samples.span, to: &sound)
        return sound.map(law.encode)
    }

    package mutating func said(_ audio: [UInt8]) -> [UInt8] {
        let samples = audio.map(law.decode)
        var sound: [Int16] = []
        toBrowser.add(samples.span, to: &sound)
        return sound.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    /// What was cleared shall not be heard in the first samples of what follows.
    package mutating func cleared() { toBrowser = Resampler(from: G711.sampleRate, to: sampleRate) }
}
