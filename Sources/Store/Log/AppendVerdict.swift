/// What became of an append.
package enum AppendVerdict: Hashable, Sendable {
    /// Stored, at least one event of it just now.
    case appended(AppendReceipt)
    /// All of it had been stored before; nothing changed.
    case duplicate(AppendReceipt)
    /// Nothing of it was stored: the stream is at `actual`, and either another event has a version that was asked for, or
    /// one before it is missing.
    case conflict(actual: Int32)

    /// Where the events are, if they are stored.
    package var receipt: AppendReceipt? {
        switch self {
        case .appended(let receipt), .duplicate(let receipt): receipt
        case .conflict: nil
        }
    }
}

/// Where the events of an append are in the log.
package struct AppendReceipt: Hashable, Sendable {
    package let lane: Int16
    package let versions: ClosedRange<Int32>
    /// From the first event's to the last one's. Without duplicates nobody else's lie in between.
    package let positions: ClosedRange<Int64>
    /// How many of them had been stored before.
    package let duplicates: Int

    package init(lane: Int16, versions: ClosedRange<Int32>, positions: ClosedRange<Int64>, duplicates: Int) {
        self.lane = lane
        self.versions = versions
        self.positions = positions
        self.duplicates = duplicates
    }
}
