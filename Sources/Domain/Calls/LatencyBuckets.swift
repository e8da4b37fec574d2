/// Milliseconds in buckets that can be added up: each below `exactBelow` has its own, and each doubling above it has 16. So what
/// a bucket stands for is off by no more than a thirty-second part of what was measured.
///
/// The function `latency_bucket` in the database says the same.
package enum LatencyBuckets {
    package static let exactBelow: Int64 = 32
    /// A quarter of an hour and more: whatever is longer is in the last bucket.
    package static let longest: Int64 = 1_048_575
    package static let last = 271
    /// How far what a bucket stands for may be off, as a part of what was measured.
    package static let errorMax = 1.0 / 32

    private static let stepsLog: Int64 = 4

    package static func bucket(of span: Milliseconds) -> Int {
        let value = min(max(span.count, 0), longest)
        guard value >= exactBelow else { return Int(value) }
        let power = Int64(63 - value.leadingZeroBitCount)
        return Int(exactBelow + (power - 5) * 16 + (value >> (power - stepsLog)) & 15)
    }

    /// What stands for a bucket's spans: the middle of them.
    package static func milliseconds(in bucket: Int) -> Int64 {
        let bucket = Int64(min(max(bucket, 0), last))
        guard bucket >= exactBelow else { return bucket }
        let (octave, step) = (bucket - exactBelow).quotientAndRemainder(dividingBy: 16)
        let width: Int64 = 1 << (octave + 1)
        return (16 + step) * width + (width - 1) / 2
    }
}
