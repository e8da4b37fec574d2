/// A sine from zero on, by turning a unit vector: there is no library of them in this room.
struct ToneWave {
    private let step: (sine: Double, cosine: Double)
    private var place = (sine: 0.0, cosine: 1.0)

    init(_ frequency: Int) {
        let angle = 2 * Double.pi * Double(frequency) / Double(G711.sampleRate)
        // By their series, which is exact to eleven digits for a quarter of a turn.
        var (sine, cosine, term) = (0.0, 0.0, 1.0)
        for order in 0..<18 {
            let signed = order / 2 % 2 == 0 ? term : -term
            if order % 2 == 0 { cosine += signed } else { sine += signed }
            term *= angle / Double(order + 1)
        }
        step = (sine, cosine)
    }

    mutating func next() -> Double {
        defer {
            place = (
                place.sine * step.cosine + place.cosine * step.sine,
                place.cosine * step.cosine - place.sine * step.sine
            )
        }
        return place.sine
    }
}
