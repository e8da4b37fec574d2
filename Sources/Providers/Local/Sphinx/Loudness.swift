/// Which blocks of 20 ms are loud enough to be somebody: well above what the line hums by itself.
struct Loudness {
    struct Block: Equatable {
        /// The place of the sample behind it.
        let end: Int
        let isVoiced: Bool
    }

    /// About 45 dB below full scale.
    static let least = 180.0
    private static let aboveFloor = 3.0

    /// Samples of a block.
    let block: Int
    private var floor = Loudness.least / Loudness.aboveFloor
    private var sum = 0.0
    private var place = 0

    init(rate: Int) { block = rate / 50 }

    mutating func judge(_ samples: [Int16]) -> [Block] {
        var blocks: [Block] = []
        for sample in samples {
            sum += Double(sample) * Double(sample)
            place += 1
            guard place % block == 0 else { continue }
            let level = (sum / Double(block)).squareRoot()
            blocks.append(Block(end: place, isVoiced: level > max(Self.least, floor * Self.aboveFloor)))
            // A quieter line is believed at once, a louder one slowly: speech is loud too.
            floor =
                level < floor
                ? max(level, Self.least / Self.aboveFloor) : floor + (min(level, 4 * floor + 1) - floor) * 0.002
            sum = 0
        }
        return blocks
    }
}
