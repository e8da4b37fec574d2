import Loop

/// The segments on the disk, oldest first, and when each may go.
struct SegmentShelf: Hashable, Sendable {
    struct Segment: Hashable, Sendable {
        let first: UInt64
        var last: UInt64
        var bytes: Int
        let began: Moment
        var isDamaged = false
        /// When it was first seen that all its records are acknowledged.
        var settled: Moment?
    }

    private(set) var segments: [Segment] = []
    private(set) var bytes = 0
    /// The last of `segments` is the one that is written to.
    private(set) var isWriting = false

    var current: Segment? { isWriting ? segments.last : nil }

    mutating func found(_ segment: Segment) {
        segments.append(segment)
        bytes += segment.bytes
    }

    mutating func began(_ first: UInt64, at now: Moment) {
        segments.append(Segment(first: first, last: first - 1, bytes: 0, began: now))
        isWriting = true
    }

    mutating func grew(through last: UInt64, by count: Int) {
        segments[segments.count - 1].last = last
        segments[segments.count - 1].bytes += count
        segments[segments.count - 1].settled = nil
        bytes += count
    }

    /// Nothing more is written to the current one.
    mutating func closed() { isWriting = false }

    /// The segments that may go: all acknowledged, and for as long as `window`, with none before them that must stay. Were one
    /// taken out of the middle, the next start could not tell it from one that was lost. The one written to is among them only
    /// if it is `idle`, and is closed then.
    mutating func due(at now: Moment, _ outstanding: Outstanding, window: Duration, idle: Bool) -> [Segment] {
        var due: [Segment] = []
        var mayGo = true
        for index in segments.indices {
            let segment = segments[index]
            if outstanding.containsAny(from: segment.first, through: segment.last) {
                mayGo = false
                continue
            }
            let settled = segment.settled ?? now
            segments[index].settled = settled
            let isBusy = !idle && segment.first == current?.first
            mayGo = mayGo && !isBusy && now - settled >= window
            if mayGo { due.append(segment) }
        }
        if let current, due.last?.first == current.first { isWriting = false }
        return due
    }

    mutating func removed(_ first: UInt64) {
        guard let index = segments.firstIndex(where: { $0.first == first }) else { return }
        bytes -= segments[index].bytes
        segments.remove(at: index)
    }
}
