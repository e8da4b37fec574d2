import Domain

/// Reads keys of a telephone back out of the two tones that each is made of.
struct KeyEar {
    /// Twenty milliseconds at 8 kHz: each lasts for several of these.
    private static let window = 160
    /// So many windows in a row make a key.
    private static let windowsMin = 2
    /// Below this mean of squares it is quiet.
    private static let loudness = 250_000.0
    /// How much of a window's energy must be in the two tones together, and in each.
    private static let purity = 0.8
    private static let share = 0.2

    private static let rows = KeyTones.rows.map(Tone.init)
    private static let columns = KeyTones.columns.map(Tone.init)

    private(set) var keys = ""
    private var samples: [Int16] = []
    private var current: Character?
    private var windows = 0

    private struct Tone {
        let sines: [Double]
        let cosines: [Double]

        init(_ frequency: Int) {
            let wave = Oscillator(frequency: frequency, rate: G711.sampleRate)
            sines = (0..<KeyEar.window).map(wave.sine)
            cosines = (0..<KeyEar.window).map(wave.cosine)
        }

        /// Its part of these samples' energy.
        func energy(_ samples: ArraySlice<Int16>) -> Double {
            var (sine, cosine) = (0.0, 0.0)
            for (index, sample) in samples.enumerated() {
                sine += Double(sample) * sines[index]
                cosine += Double(sample) * cosines[index]
            }
            return 2 * (sine * sine + cosine * cosine) / Double(KeyEar.window)
        }
    }

    mutating func hear(_ more: [Int16]) {
        samples += more
        while samples.count >= Self.window {
            judge(Self.key(samples.prefix(Self.window)))
            samples.removeFirst(Self.window)
        }
    }

    private mutating func judge(_ key: Character?) {
        windows = key == current ? windows + 1 : 1
        current = key
        if let key, windows == Self.windowsMin { keys.append(key) }
    }

    private static func key(_ samples: ArraySlice<Int16>) -> Character? {
        let total = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard total > loudness * Double(window) else { return nil }
        let (row, low) = strongest(rows, samples)
        let (column, high) = strongest(columns, samples)
        guard min(low, high) > share * total, low + high > purity * total else { return nil }
        return KeyTones.key(row: row, column: column)
    }

    private static func strongest(_ tones: [Tone], _ samples: ArraySlice<Int16>) -> (Int, Double) {
        let energies = tones.map { $0.energy(samples) }
        let best = energies.indices.max { energies[$0] < energies[$1] } ?? 0
        return (best, energies[best])
    }
}
