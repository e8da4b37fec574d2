import Loop

/// Those of a loop who want tokens of one bucket: while one of them asks for it, the others wait, and the first of them then asks for
/// all. Each is told what they would have been told one after the other.
///
/// Used on its loop alone, which is why `@unchecked` holds.
final class RateLine: @unchecked Sendable {
    /// Names of buckets that are kept. More of them begin anew.
    static let namesMax = 8_192

    /// What some who asked together were given.
    struct Grant: Hashable, Sendable {
        /// So many of them got a token.
        let count: Int
        /// Microseconds until the bucket was full, before they asked.
        let debt: Int64

        func verdict(_ place: Int, _ bucket: RateBucket) -> RateVerdict {
            let isAllowed = place < count
            let taken = Int64(isAllowed ? place + 1 : count)
            return RateVerdict(bucket: bucket, isAllowed: isAllowed, debt: debt + taken * bucket.interval)
        }
    }

    private enum Turn {
        case told(RateVerdict?)
        /// To ask for oneself and for these.
        case ask([Waiter])
    }
    private typealias Waiter = CheckedContinuation<Turn, Never>

    private let loop: Loop
    /// Who came while somebody was asking; without an entry nobody is.
    private var waiting: [RateBucket: [Waiter]] = [:]
    private var names: [RateBucket: String] = [:]

    init(on loop: Loop) { self.loop = loop }

    /// Nil where `ask` had no answer. It is told how many want one.
    func take(_ bucket: RateBucket, _ ask: (Int) async -> Grant?) async -> RateVerdict? {
        loop.checkIsolated()
        var others: [Waiter] = []
        if waiting[bucket] == nil {
            waiting[bucket] = []
        } else {
            let turn: Turn = await withCheckedContinuation { waiter in
                // Looked at again: the task may have hopped on its way to here.
                if waiting[bucket]?.append(waiter) == nil {
                    waiting[bucket] = []
                    waiter.resume(returning: .ask([]))
                }
            }
            switch turn {
            case .told(let verdict): return verdict
            case .ask(let waiters): others = waiters
            }
        }
        let grant = await ask(others.count + 1)
        var next = waiting.removeValue(forKey: bucket) ?? []
        if grant == nil, Task.isCancelled {
            // Only our own request is over: another one asks.
            next = others + next
        } else {
            for (place, waiter) in others.enumerated() {
                waiter.resume(returning: .told(grant?.verdict(place + 1, bucket)))
            }
        }
        if let first = next.first {
            waiting[bucket] = []
            first.resume(returning: .ask(Array(next.dropFirst())))
        }
        return grant?.verdict(0, bucket)
    }

    /// The bucket's name; made once as long as it is kept.
    func name(of bucket: RateBucket, _ make: () async -> String?) async -> String? {
        if let name = names[bucket] { return name }
        guard let name = await make() else { return nil }
        if names.count >= Self.namesMax { names.removeAll(keepingCapacity: true) }
        names[bucket] = name
        return name
    }
}
