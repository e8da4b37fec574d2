/// What a provider allows: a bucket of tokens that every worker of every process takes from.
package struct RateLimit: Hashable, Sendable {
    package let bucket: String
    package let perSecond: Double
    /// How many at once after a pause.
    package let burst: Int

    package init(_ bucket: String, perSecond: Double, burst: Int) {
        precondition((1...NewJob.nameBytesMax).contains(bucket.utf8.count), "a bucket's name is 1 to 63 bytes")
        precondition(perSecond > 0 && burst >= 1, "a bucket that never fills lets nothing through")
        self.bucket = bucket
        self.perSecond = perSecond
        self.burst = burst
    }
}
