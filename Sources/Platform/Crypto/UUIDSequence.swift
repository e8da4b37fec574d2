import Synchronization
package import Wire

/// Version 7 identifiers of which each is greater than the one before, whatever the clock does.
///
/// Within one millisecond, or when the clock goes back, the next is the last one plus a random step (RFC 9562 §6.2,
/// method 2), so that a neighbour cannot be guessed from the one known. If the 74 bits run over, the time goes one
/// millisecond ahead.
package struct UUIDSequence: Sendable {
    static let tailMax: UInt128 = (1 << 74) - 1
    /// The widest step: 2^42 identifiers fit into a millisecond even then.
    private static let stepMask: UInt128 = (1 << 32) - 1

    private var milliseconds: Int64 = 0
    private var tail: UInt128 = 0

    package init() {}

    package mutating func next(at now: Timestamp, random: UInt128) -> UUID {
        if now.milliseconds > milliseconds {
            milliseconds = now.milliseconds
            tail = random & Self.tailMax
        } else {
            tail += 1 + (random & Self.stepMask)
            if tail > Self.tailMax {
                milliseconds += 1
                tail = random & Self.tailMax
            }
        }
        return .v7(at: Timestamp(milliseconds: milliseconds), random: tail)
    }
}

extension UUID {
    private static let sequence = Mutex(UUIDSequence())

    /// The next of this process, from the machine's clock and the kernel's randomness.
    package static func v7() -> UUID {
        let random = Randomness.bits128()
        return sequence.withLock { $0.next(at: .now, random: random) }
    }
}
