import Wire

/// How what a process has measured itself lies, as far as its buckets tell: each percentile is the bound that so many did not exceed. In
/// milliseconds.
struct BucketSpread: Equatable {
    let count: Int
    let p50: Double
    let p99: Double

    /// By how much each bucket has grown; `bounds` are seconds, and the last bucket has none. Nil of nothing.
    init?(bounds: [Double], counts: [Int]) {
        let all = counts.reduce(0, +)
        guard all > 0, counts.count == bounds.count + 1 else { return nil }
        func percentile(_ share: Double) -> Double {
            var left = Int((share * Double(all)).rounded(.up))
            for (bound, count) in zip(bounds, counts) {
                left -= count
                if left <= 0 { return bound * 1_000 }
            }
            return .infinity
        }
        (count, p50, p99) = (all, percentile(0.5), percentile(0.99))
    }

    /// Infinite is more than the last bound.
    private static func text(_ value: Double) -> String { value.isFinite ? "≤ \(Figure.short(value))" : "?" }

    var text: String { "\(Self.text(p50)) / \(Self.text(p99))" }

    var document: JSONValue {
        .object([
            ("count", .integer(Int64(count))), ("p50", p50.isFinite ? .double(p50) : .null),
            ("p99", p99.isFinite ? .double(p99) : .null),
        ])
    }
}
