package import Loop

/// What an appender has done since it began, and what waits before it now.
package struct AppendStatistics: Sendable {
    package var eventsAppended = 0
    package var duplicates = 0
    package var conflicts = 0
    /// Appends refused because too much waited, and those that got no answer in time.
    package var refusedFull = 0
    package var overdue = 0
    /// Appends that the server refused.
    package var refused = 0
    package var flushes = 0
    package var flushesFailed = 0
    package var eventsWaiting = 0
    package var bytesWaiting = 0
    package var batchSizes = SizeCounts()
    package internal(set) var flushTimes: LogHistogram.Snapshot
    package internal(set) var lockWaits: LogHistogram.Snapshot
}

/// How often something had which size, in powers of two: 1, 2, 3–4, 5–8, … The last bucket has no bound.
package struct SizeCounts: Hashable, Sendable {
    package static let bounds = (0...10).map { 1 << $0 }

    package private(set) var counts = [UInt64](repeating: 0, count: SizeCounts.bounds.count + 1)
    package private(set) var sum = 0

    mutating func record(_ size: Int) {
        counts[Self.bounds.firstIndex { size <= $0 } ?? Self.bounds.count] += 1
        sum += size
    }
}
