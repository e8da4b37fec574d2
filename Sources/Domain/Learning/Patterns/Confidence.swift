/// Where a rate lies that was counted: the interval of Wilson, which holds for few as well.
package struct Confidence: Hashable, Sendable {
    /// 95 of 100 such intervals hold the rate.
    package static let deviations = 1.96

    package let low: Double
    package let high: Double

    /// Nothing was counted: nothing is known.
    package init?(rate: Double, of total: Int) {
        guard total > 0, 0...1 ~= rate else { return nil }
        let (n, z) = (Double(total), Self.deviations)
        let middle = rate + z * z / (2 * n)
        let half = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, (middle - half) / (1 + z * z / n))
        high = min(1, (middle + half) / (1 + z * z / n))
    }

    package init?(_ successes: Int, of total: Int) {
        guard total > 0 else { return nil }
        self.init(rate: Double(successes) / Double(total), of: total)
    }
}
