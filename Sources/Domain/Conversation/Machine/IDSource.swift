/// Identifiers without a random device: UUIDs of version 7 from the time and a seed that is given once. The same seed and the
/// same calls give the same ids, so that a call can be run again.
struct IDSource: Hashable, Sendable {
    private var state: UInt64

    /// Neighbouring seeds must not make the same ids, one later.
    init(seed: UInt64) {
        state = seed
        state = random()
    }

    mutating func next<Subject>(at now: Instant) -> ID<Subject> {
        let time = UInt128(UInt64(bitPattern: max(0, now.microseconds) / 1000) & 0xFFFF_FFFF_FFFF)
        let high = UInt128(random() & 0xFFF)
        let low = UInt128(random() & 0x3FFF_FFFF_FFFF_FFFF)
        return ID(value: time << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
