import Synchronization

/// A histogram of durations in powers of two, from 1 µs to 8.6 s, that one thread writes and any thread reads.
///
/// A single writer needs no read-modify-write instructions: recording costs two plain loads and stores.
package final class LogHistogram: Sendable {
    package static let bucketCount = 24

    private let counts: [Cell] = (0..<LogHistogram.bucketCount).map { _ in Cell() }
    private let total = Atomic<UInt64>(0)

    package init() {}

    /// The upper bound of a bucket; the last one has none.
    package static func upperBound(of bucket: Int) -> Duration? {
        bucket < bucketCount - 1 ? .nanoseconds(1_024 << bucket) : nil
    }

    package func record(nanoseconds: UInt64) {
        let micro = nanoseconds >> 10
        let bucket = min(UInt64.bitWidth - micro.leadingZeroBitCount, Self.bucketCount - 1)
        counts[bucket].increment()
        total.store(total.load(ordering: .relaxed) &+ nanoseconds, ordering: .relaxed)
    }

    package struct Snapshot: Sendable {
        package let counts: [UInt64]
        package let sum: Duration
        package var count: UInt64 { counts.reduce(0, +) }
    }

    package var snapshot: Snapshot {
        Snapshot(
            counts: counts.map { $0.value.load(ordering: .relaxed) },
            sum: .nanoseconds(Int64(clamping: total.load(ordering: .relaxed))))
    }

    private final class Cell: Sendable {
        let value = Atomic<UInt64>(0)

        func increment() { value.store(value.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }
    }
}
