import Wire

/// The name of one trace: 128 bits, never all zero.
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// Nil for all zeros, which means "no trace".
    package init?(high: UInt64, low: UInt64) {
        guard high | low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// A new one. The low half is at least one, so that it is never all zero.
    init(random first: UInt64, _ second: UInt64) {
        high = first
        low = max(second, 1)
    }

    package var description: String {
        var queue = ByteQueue()
        queue.append(self)
        return queue.text
    }
}

extension ByteQueue {
    mutating func append(_ id: TraceID) {
        append(hex: id.high, digits: 16)
        append(hex: id.low, digits: 16)
    }
}
