import Wire

/// How samples lie: exact percentiles, each one that was really measured.
struct Spread: Equatable {
    let count: Int
    let p50: Double
    let p95: Double
    let p99: Double
    let max: Double

    /// Nil of nothing.
    init?(_ samples: [Double]) {
        guard let last = samples.max() else { return nil }
        let sorted = samples.sorted()
        // The smallest sample that so large a share of all does not exceed.
        func percentile(_ share: Double) -> Double {
            sorted[Swift.max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
        }
        (count, max) = (samples.count, last)
        (p50, p95, p99) = (percentile(0.5), percentile(0.95), percentile(0.99))
    }

    var text: String { [p50, p95, p99].map(Figure.short).joined(separator: " / ") }

    var document: JSONValue {
        .object([
            ("count", .integer(Int64(count))), ("p50", .double(p50)), ("p95", .double(p95)), ("p99", .double(p99)),
            ("max", .double(max)),
        ])
    }
}
