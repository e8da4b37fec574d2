import Wire

/// The name of one span in its trace: 64 bits, never all zero.
package struct SpanID: Hashable, Sendable, CustomStringConvertible {
    let bits: UInt64

    package init?(_ bits: UInt64) {
        guard bits != 0 else { return nil }
        self.bits = bits
    }

    init(random bits: UInt64) { self.bits = max(bits, 1) }

    package var description: String {
        var queue = ByteQueue()
        queue.append(hex: bits, digits: 16)
        return queue.text
    }
}
