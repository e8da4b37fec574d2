import Loop
import Service

/// Buckets in this process's memory, of a size that has a limit: what counts while Redis can't.
final class LocalRates: Sendable {
    static let bucketsMax = 20_000

    /// When each bucket is full again, in microseconds of the machine's clock.
    private let buckets = Shared<[RateBucket: Int64]>([:])

    var count: Int { buckets.with { $0.count } }

    func take(_ bucket: RateBucket, at now: Moment = .now) -> RateVerdict {
        let now = Int64(clamping: now.nanoseconds / 1_000)
        return buckets.with { buckets in
            let full = max(buckets[bucket] ?? now, now)
            let next = full + bucket.interval
            guard next - now <= bucket.burst else {
                return RateVerdict(bucket: bucket, isAllowed: false, debt: full - now)
            }
            if buckets[bucket] == nil, buckets.count >= Self.bucketsMax { Self.makeRoom(&buckets, now) }
            buckets[bucket] = next
            return RateVerdict(bucket: bucket, isAllowed: true, debt: next - now)
        }
    }

    func forgive(_ bucket: RateBucket) { buckets.with { $0[bucket] = nil } }

    private static func makeRoom(_ buckets: inout [RateBucket: Int64], _ now: Int64) {
        buckets = buckets.filter { $0.value > now }
        // Still full: an attack from many sides. One that is soonest forgotten anyway makes room.
        guard buckets.count >= bucketsMax else { return }
        if let least = buckets.prefix(64).min(by: { $0.value < $1.value }) { buckets[least.key] = nil }
    }
}
