package import Crypto

/// Which lane a new stream gets. It stays there for life: the table of streams remembers, this only decides once.
package enum LaneChoice {
    package static func lane(of stream: UUID, among lanes: Int16) -> Int16 {
        precondition(lanes > 0, "a log without lanes")
        // Ids made in one millisecond differ in their last bits only, and those of one machine may count up: mixed first.
        let folded = UInt64(truncatingIfNeeded: stream.value) ^ UInt64(truncatingIfNeeded: stream.value >> 64)
        let mixed = folded.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return Int16((mixed.high ^ mixed.low) % UInt64(lanes))
    }
}
