package import Wire

/// A universally unique identifier (RFC 9562): 16 bytes, compared and stored in network order, printed in lower case.
package struct UUID: Hashable, Comparable, Sendable {
    // Two words, not one of 128 bits: such a one among the arguments of an async function, where they do not all fit into
    // registers, lets the function return to a wrong place (Swift 6.3 on x86-64).
    private let high: UInt64
    private let low: UInt64

    /// The sixteen bytes, the first in the highest place.
    package var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    package init(value: UInt128) {
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    package static func < (left: UUID, right: UUID) -> Bool { left.value < right.value }

    /// Version 7: sorts by time, then by 74 bits of the randomness given.
    package static func v7(at time: Timestamp, random: UInt128) -> UUID {
        precondition(0..<(1 << 48) ~= time.milliseconds, "a time before 1970 or after 10889")
        let tail = random & UUIDSequence.tailMax
        let high = UInt128(time.milliseconds) << 80 | 0x7 << 76 | (tail >> 62) << 64
        return UUID(value: high | 0b10 << 62 | tail & ((1 << 62) - 1))
    }

    /// Version 4: 122 bits of the randomness given, and nothing else.
    package static func v4(random: UInt128) -> UUID {
        UUID(value: random & ~(0xF << 76 | 0b11 << 62) | 0x4 << 76 | 0b10 << 62)
    }

    package static func v4() -> UUID { v4(random: Randomness.bits128()) }

    /// When a version 7 was made; nothing for other versions.
    package var time: Timestamp? {
        version == 7 ? Timestamp(milliseconds: Int64(value >> 80)) : nil
    }

    package var version: Int { Int(value >> 76 & 0xF) }
}

extension UUID {
    /// Nothing if these are not 16 bytes.
    package init?(bytes: Span<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var value: UInt128 = 0
        for index in bytes.indices { value = value << 8 | UInt128(bytes[index]) }
        self.init(value: value)
    }

    package var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * $0)) } }
}
