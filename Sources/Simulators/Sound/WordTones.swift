package import Domain

/// Writes words as sound that a machine can read back: what was never heard can then never be understood.
///
/// A word is a burst: a long tone that says that one begins, a short one that says where, then its length, its letters in
/// UTF-8 and a checksum, four bits in each tone of ten milliseconds. All tones lie within the band of a telephone, and the
/// tones of the bits are 100 Hz apart, so that over ten milliseconds none disturbs another; G.711 and resampling do them no
/// harm. Twenty lost milliseconds make one word unreadable, not the others.
package struct WordTones: Sendable {
    static let tonesPerSecond = 100
    static let syncFrequency = 2_500
    static let markFrequency = 2_700
    static let bitFrequency = 700
    static let bitSpacing = 100
    /// The long tone takes so many tones' time.
    static let syncLength = 3
    /// Silence behind each word, in tones.
    static let gapLength = 4
    /// Longer words are cut there.
    static let wordBytesMax = 60
    static let amplitude = 8_000.0

    package let rate: Int

    /// `rate` is a multiple of 8,000.
    package init(rate: Int = 8_000) {
        precondition(rate % 8_000 == 0, "word tones need a rate of 8, 16, 24 kHz or so")
        self.rate = rate
    }

    var toneLength: Int { rate / Self.tonesPerSecond }

    /// The whole text, and when its words are heard.
    package func speak(_ text: String) -> (samples: [Int16], words: [Word]) {
        var samples: [Int16] = []
        var words: [Word] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            let start = time(samples.count)
            append(word: word, to: &samples)
            words.append(Word(text: Private(String(word)), startedAt: start, endedAt: time(samples.count)))
            samples += [Int16](repeating: 0, count: Self.gapLength * toneLength)
        }
        return (samples, words)
    }

    private func time(_ samples: Int) -> Milliseconds { Milliseconds(Int64(samples) * 1_000 / Int64(rate)) }

    private func append(word: Substring, to samples: inout [Int16]) {
        let bytes = Array(Self.fitting(word).utf8)
        for _ in 0..<Self.syncLength { append(Self.syncFrequency, to: &samples) }
        append(Self.markFrequency, to: &samples)
        for byte in [UInt8(bytes.count)] + bytes + [Self.checksum(bytes)] {
            append(Self.bitFrequency + Self.bitSpacing * Int(byte >> 4), to: &samples)
            append(Self.bitFrequency + Self.bitSpacing * Int(byte & 15), to: &samples)
        }
    }

    /// Every frequency is a multiple of 100 Hz: a tone of ten milliseconds begins and ends at zero, without a click.
    private func append(_ frequency: Int, to samples: inout [Int16]) {
        let wave = Oscillator(frequency: frequency, rate: rate)
        for index in 0..<toneLength { samples.append(Int16(Self.amplitude * wave.sine(index))) }
    }

    private static func fitting(_ word: Substring) -> Substring {
        var word = word
        while word.utf8.count > wordBytesMax { word = word.dropLast() }
        return word
    }

    static func checksum(_ bytes: [UInt8]) -> UInt8 {
        bytes.reduce(UInt8(bytes.count) ^ 0x5A) { sum, byte in
            var sum = sum ^ byte
            for _ in 0..<8 { sum = sum & 0x80 != 0 ? sum << 1 ^ 0x07 : sum << 1 }
            return sum
        }
    }
}
