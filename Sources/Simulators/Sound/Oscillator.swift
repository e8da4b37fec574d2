/// A wave of one frequency, from a table of one turn: exact where the frequency divides the rate's hundredth.
struct Oscillator {
    private static let turn = 2_400
    /// Made by turning a unit vector step by step, in double precision.
    private static let table: [(sine: Double, cosine: Double)] = {
        var (sine, cosine) = (0.0, 1.0)
        // The sine and cosine of a 2,400th of a turn, by their series.
        let step = 2 * Double.pi / Double(turn)
        let (stepSine, stepCosine) = (
            step - step * step * step / 6 + step * step * step * step * step / 120,
            1 - step * step / 2 + step * step * step * step / 24 - step * step * step * step * step * step / 720
        )
        var table: [(sine: Double, cosine: Double)] = []
        for _ in 0..<turn {
            table.append((sine, cosine))
            (sine, cosine) = (sine * stepCosine + cosine * stepSine, cosine * stepCosine - sine * stepSine)
        }
        return table
    }()

    private let frequency: Int
    private let rate: Int

    init(frequency: Int, rate: Int) { (self.frequency, self.rate) = (frequency, rate) }

    func sine(_ index: Int) -> Double { Self.table[place(index)].sine }
    func cosine(_ index: Int) -> Double { Self.table[place(index)].cosine }

    /// The share of a turn, in 2,400ths.
    private func place(_ index: Int) -> Int { index * frequency % rate * Self.turn / rate % Self.turn }
}
