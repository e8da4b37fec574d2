package import Loop

/// A histogram at one moment, in base units. Each count is of its own bucket alone; the last bucket has no bound.
package struct HistogramSnapshot: Sendable, Equatable {
    package let bounds: [Double]
    package let counts: [UInt64]
    package let sum: Double

    package init(bounds: [Double], counts: [UInt64], sum: Double) {
        precondition(counts.count == bounds.count + 1, "one bucket more than bounds")
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    package init(_ lag: LogHistogram.Snapshot) {
        let bounds = (0..<LogHistogram.bucketCount).compactMap { LogHistogram.upperBound(of: $0)?.inSeconds }
        self.init(bounds: bounds, counts: lag.counts, sum: lag.sum.inSeconds)
    }
}
