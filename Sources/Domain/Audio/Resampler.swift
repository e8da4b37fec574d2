/// Turns sound of one rate into the same sound of another, piece by piece.
///
/// Between the samples it reads what a perfect low-pass would let through, by a windowed sinc of which it keeps one row for each
/// place between two samples that can occur. It neither delays nor drifts: what goes in at a time comes out at that time.
package struct Resampler: Sendable {
    /// Of the lower rate's samples, how many on each side are looked at. More is steeper, and dearer.
    private static let reach = 24
    /// How much of the lower rate's band is kept: 3,800 of 4,000 hertz.
    private static let share = 0.95
    /// The window's shape: what is filtered out is left at a three-thousandth.
    private static let beta = 7.0

    /// Of `step` in-samples' time, `places` are read. In lowest terms.
    private let places: Int
    private let step: Int
    private let taps: Int
    /// Row behind row.
    private let rows: [Float]

    /// What later samples still need of those before.
    private var kept: [Float]
    /// Where the next one is read, in places from the first sample kept.
    private var place = 0
    private var taken = 0
    private var given = 0

    package init(from: Int, to: Int) {
        precondition(from > 0 && to > 0, "a rate is above zero")
        let common = Self.commonDivisor(from, to)
        let (places, step) = (to / common, from / common)
        (self.places, self.step) = (places, step)
        let half = (Self.reach * max(places, step) + places - 1) / places
        taps = 2 * half
        let band = Self.share * min(1, Double(places) / Double(step))
        var rows: [Float] = []
        for row in 0..<places {
            let weights = (0..<2 * half).map { tap -> Double in
                let distance = Double(tap - half + 1) - Double(row) / Double(places)
                return Self.sinc(band * distance) * Self.window(distance / Double(half))
            }
            let sum = weights.reduce(0, +)
            rows += weights.map { Float($0 / sum) }
        }
        self.rows = rows
        // The first sample has silence before it.
        kept = [Float](repeating: 0, count: half - 1)
    }

    /// What `samples` complete is put behind `out`.
    package mutating func add(_ samples: Span<Int16>, to out: inout [Int16]) {
        for index in samples.indices { kept.append(Float(samples[index])) }
        taken += samples.count
        read(atMost: .max, to: &out)
    }

    /// There will be no more: the rest, so that as much time comes out as went in.
    package mutating func finish(to out: inout [Int16]) {
        kept += [Float](repeating: 0, count: taps)
        read(atMost: (taken * places + step - 1) / step - given, to: &out)
    }

    private mutating func read(atMost limit: Int, to out: inout [Int16]) {
        var left = limit
        while left > 0, place / places + taps <= kept.count {
            let (start, row) = (place / places, place % places * taps)
            var sum: Float = 0
            for tap in 0..<taps { sum += kept[start + tap] * rows[row + tap] }
            out.append(Int16(max(-32_768, min(32_767, sum.rounded()))))
            place += step
            given += 1
            left -= 1
        }
        // What lies before the next place is done with.
        let done = min(place / places, kept.count)
        kept.removeFirst(done)
        place -= done * places
    }

    private static func commonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : commonDivisor(other, one % other)
    }

    private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sineOfPi(times: x) / (.pi * x) }

    /// Kaiser's.
    private static func window(_ x: Double) -> Double {
        abs(x) >= 1 ? 0 : bessel(beta * (1 - x * x).squareRoot()) / bessel(beta)
    }

    /// The modified one of order zero, by its series.
    private static func bessel(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for index in 1..<32 {
            let factor = x / 2 / Double(index)
            term *= factor * factor
            sum += term
        }
        return sum
    }

    /// By its series, which within a quarter of a turn needs few terms.
    private static func sineOfPi(times x: Double) -> Double {
        let whole = x.rounded()
        let angle = .pi * (x - whole)
        var (sum, term) = (angle, angle)
        for index in 1..<12 {
            term *= -angle * angle / Double(2 * index * (2 * index + 1))
            sum += term
        }
        return Int(whole).isMultiple(of: 2) ? sum : -sum
    }
}
