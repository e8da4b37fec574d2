import HTTP

/// What a bucket said: whether there was a token, and how it stands now.
struct RateVerdict: Hashable, Sendable {
    private static let policy: HeaderName = "RateLimit-Policy"
    private static let limit: HeaderName = "RateLimit"

    let bucket: RateBucket
    let isAllowed: Bool
    /// Microseconds until the bucket is full.
    let debt: Int64

    var left: Int { Int(max(0, bucket.burst - debt) / bucket.interval) }
    /// Until a token is there.
    var secondsToWait: Int { max(1, Self.seconds(debt + bucket.interval - bucket.burst)) }

    /// As draft-ietf-httpapi-ratelimit-headers has it.
    func tell(_ headers: inout Headers) {
        let name = "\"\(bucket.kind.rawValue)\""
        headers.set(Self.policy, "\(name);q=\(bucket.count);w=\(bucket.window.components.seconds)")
        headers.set(Self.limit, "\(name);r=\(left);t=\(Self.seconds(debt))")
    }

    private static func seconds(_ microseconds: Int64) -> Int { Int((microseconds + 999_999) / 1_000_000) }
}
