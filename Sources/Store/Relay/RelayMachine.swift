/// Decides what one lane's stream in Redis needs, from what Redis and Postgres say of it at this moment. It remembers nothing:
/// the stream's own last id is where the relay is, so that any number of relays may work at once and any of them may have slept.
struct RelayMachine: Hashable, Sendable {
    /// What Redis has under a lane's key.
    enum Stream: Hashable, Sendable {
        case missing
        /// The position its last id names, whoever put it there; entries that were deleted since count.
        case upTo(UInt64)
        /// Something that is no stream.
        case foreign

        var top: Int64? { if case .upTo(let last) = self { Int64(clamping: last) } else { nil } }
    }

    enum Hold: Hashable, Sendable {
        case consumersBehind
        case memory
    }

    enum Order: Hashable, Sendable {
        case rest
        case publish(after: Int64)
        /// What stands there can't be ours: Redis would refuse every genuine entry. Delete the key, then publish.
        case rebuild(after: Int64)
        case hold(Hold)
    }

    let limits: RelayLimits

    /// `head` is the lane's last position in Postgres, read after `stream`: whatever is genuine in Redis is not beyond it.
    /// `slowest` is the least checkpoint of the lane's consumers; nil if it has none.
    func order(_ stream: Stream, head: Int64, slowest: Int64?, memoryIsFull: Bool) -> Order {
        let start = start(head: head, slowest: slowest)
        let top: Int64
        var mustRebuild = false
        switch stream {
        case .missing: top = start
        case .upTo(let last) where last <= UInt64(max(head, 0)): top = Int64(last)
        case .upTo, .foreign:
            top = start
            mustRebuild = true
        }
        // What is in the way goes even when nothing may be added.
        if mustRebuild { return .rebuild(after: top) }
        if top >= head { return .rest }
        if memoryIsFull { return .hold(.memory) }
        if let slowest, top - slowest > Int64(limits.aheadMax) { return .hold(.consumersBehind) }
        return .publish(after: top)
    }

    /// Where a stream begins: behind the slowest checkpoint, but not with what its own length would drop again.
    private func start(head: Int64, slowest: Int64?) -> Int64 {
        let least = max(0, head - Int64(limits.keep))
        return min(max(slowest ?? least, least), max(head, 0))
    }
}
