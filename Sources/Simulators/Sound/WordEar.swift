package import Domain

/// Reads words back out of samples as they arrive, and tells when somebody is heard at all. Times count the samples given.
package struct WordEar: Sendable {
    package enum Heard: Hashable, Sendable {
        case began(at: Milliseconds)
        case word(Word)
    }

    /// Below this mean of squares it is quiet.
    private static let loudness = 250_000.0
    /// How much of a window's energy must be in one tone.
    private static let purity = 0.6

    private struct Tone {
        let sines: [Double]
        let cosines: [Double]

        init(_ frequency: Int, _ tones: WordTones) {
            let wave = Oscillator(frequency: frequency, rate: tones.rate)
            sines = (0..<tones.toneLength).map(wave.sine)
            cosines = (0..<tones.toneLength).map(wave.cosine)
        }
    }

    private enum State {
        /// → reading
        case searching
        /// From the first sample behind the mark → searching
        case reading(from: Int, since: Int)
    }

    private let tones: WordTones
    private let sync: Tone
    private let mark: Tone
    private let bits: [Tone]
    private var samples: [Int16] = []
    /// Where the first of `samples` stands in all that was heard.
    private var base = 0
    /// The next window to look at.
    private var position = 0
    private var state = State.searching
    private var isLoud = false
    private var measuredUpTo = 0

    /// The last loud moment, in samples from the first.
    private var loudUpTo: Int?

    package init(rate: Int = 8_000) {
        tones = WordTones(rate: rate)
        sync = Tone(WordTones.syncFrequency, tones)
        mark = Tone(WordTones.markFrequency, tones)
        bits = (0..<16).map { [tones] in Tone(WordTones.bitFrequency + $0 * WordTones.bitSpacing, tones) }
    }

    /// All that was given.
    package var heardUpTo: Milliseconds { time(base + samples.count) }
    /// How long nobody has been heard; all of it if nobody ever was.
    package var quietFor: Milliseconds {
        Milliseconds(heardUpTo.count - (loudUpTo.map { time($0).count } ?? 0))
    }

    package mutating func hear(_ more: [Int16]) -> [Heard] {
        samples += more
        var heard: [Heard] = []
        measure(into: &heard)
        while step(into: &heard) {}
        forget()
        return heard
    }

    // MARK: - Loudness

    private mutating func measure(into heard: inout [Heard]) {
        let length = tones.toneLength
        while measuredUpTo + length <= base + samples.count {
            let start = measuredUpTo - base
            let isLoudNow = energy(start) > Self.loudness * Double(length)
            if isLoudNow, !isLoud { heard.append(.began(at: time(measuredUpTo))) }
            measuredUpTo += length
            if isLoudNow { loudUpTo = measuredUpTo }
            // A pause between words is no silence.
            isLoud = loudUpTo.map { measuredUpTo - $0 < 20 * length } ?? false
        }
    }

    private func energy(_ start: Int) -> Double {
        var sum = 0.0
        for index in start..<start + tones.toneLength { sum += Double(samples[index]) * Double(samples[index]) }
        return sum
    }

    // MARK: - Words

    /// Goes one window further; false when it needs more samples.
    private mutating func step(into heard: inout [Heard]) -> Bool {
        let length = tones.toneLength
        switch state {
        case .searching:
            // The window before must be the long tone, this one the mark; half a window more finds the best place.
            guard position + length + length / 2 <= base + samples.count else { return false }
            guard position - base >= length else {
                position = base + length
                return true
            }
            if beginning(position) > Self.purity {
                let candidates = stride(from: position, to: position + length / 2, by: max(1, length / 16))
                let best = candidates.max { beginning($0) < beginning($1) } ?? position
                state = .reading(from: best + length, since: best - WordTones.syncLength * length)
                position = best + length
            } else {
                position += length / 8
            }
            return true
        case .reading(let from, let since):
            guard let count = byte(from) else { return false }
            guard count.value > 0, Int(count.value) <= WordTones.wordBytesMax, count.isClear else {
                state = .searching
                return true
            }
            let end = from + (Int(count.value) + 2) * 2 * length
            guard end <= base + samples.count else { return false }
            let all = (1...Int(count.value) + 1).compactMap { byte(from + $0 * 2 * length) }
            let bytes = all.dropLast().map(\.value)
            state = .searching
            guard all.last?.value == WordTones.checksum(bytes),
                let text = String(validating: bytes, as: UTF8.self)
            else { return true }
            position = end
            heard.append(
                .word(
                    Word(
                        text: Private(text), startedAt: time(max(0, since)), endedAt: time(end),
                        confidence: Fraction(0.99))))
            return true
        }
    }

    /// How much it looks as if the mark began here.
    private func beginning(_ start: Int) -> Double {
        let here = purity(of: mark, at: start)
        guard here > Self.purity else { return 0 }
        return here * purity(of: sync, at: start - tones.toneLength)
    }

    private func byte(_ start: Int) -> (value: UInt8, isClear: Bool)? {
        let length = tones.toneLength
        guard start + 2 * length <= base + samples.count else { return nil }
        let (high, isHighClear) = bits(start)
        let (low, isLowClear) = bits(start + length)
        return (high << 4 | low, isHighClear && isLowClear)
    }

    private func bits(_ start: Int) -> (UInt8, Bool) {
        let purities = bits.map { purity(of: $0, at: start) }
        let best = purities.indices.max { purities[$0] < purities[$1] } ?? 0
        return (UInt8(best), purities[best] > Self.purity)
    }

    /// The share of the window's energy that is in one tone.
    private func purity(of tone: Tone, at start: Int) -> Double {
        let start = start - base
        let total = energy(start)
        guard total > Self.loudness * Double(tones.toneLength) else { return 0 }
        var (sine, cosine) = (0.0, 0.0)
        for index in 0..<tones.toneLength {
            let sample = Double(samples[start + index])
            sine += sample * tone.sines[index]
            cosine += sample * tone.cosines[index]
        }
        return 2 * (sine * sine + cosine * cosine) / (total * Double(tones.toneLength))
    }

    // MARK: - Memory

    /// Keeps what may still be part of a word.
    private mutating func forget() {
        let length = tones.toneLength
        var needed = min(position - 2 * length, measuredUpTo)
        if case .reading(let from, _) = state { needed = min(needed, from) }
        let count = needed - base
        // In large pieces, so that it costs little.
        guard count > 50 * length else { return }
        samples.removeFirst(count)
        base += count
    }

    private func time(_ samples: Int) -> Milliseconds { Milliseconds(Int64(samples) * 1_000 / Int64(tones.rate)) }
}
