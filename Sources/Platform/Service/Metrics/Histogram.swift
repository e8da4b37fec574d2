import Loop
import Synchronization

/// How durations are spread, in fixed buckets. Recording is a short search and two atomic additions, from any thread.
package final class Histogram: Instrument, Sendable {
    /// From a tenth of a millisecond to ten seconds: requests, queries, provider calls.
    package static let latencies: [Duration] = [
        .microseconds(100), .microseconds(250), .microseconds(500), .milliseconds(1), .microseconds(2_500),
        .milliseconds(5), .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
        .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2_500), .seconds(5), .seconds(10),
    ]

    /// Inclusive upper bounds in nanoseconds, ascending; the last bucket has none.
    private let bounds: [UInt64]
    private let buckets: [Counter]
    private let sum = Counter()

    init(bounds: [Duration]) {
        self.bounds = bounds.map { UInt64($0.wholeNanoseconds) }
        precondition(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds must ascend")
        buckets = (0...bounds.count).map { _ in Counter() }
    }

    /// A negative duration counts as none.
    package func record(_ duration: Duration) {
        let nanoseconds = UInt64(clamping: duration.wholeNanoseconds)
        var bucket = 0
        while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
        buckets[bucket].add()
        sum.add(nanoseconds)
    }

    package var snapshot: HistogramSnapshot {
        HistogramSnapshot(
            bounds: bounds.map { Double($0) / 1e9 }, counts: buckets.map(\.value), sum: Double(sum.value) / 1e9)
    }

    func write(to family: inout MetricText, _ labels: MetricLabels) { family.histogram(labels, snapshot) }
}
