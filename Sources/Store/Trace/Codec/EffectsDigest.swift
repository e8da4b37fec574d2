package import Domain

/// A number for all effects of a call so far: another one as soon as any of them is different, and from there on.
package struct EffectsDigest: Sendable {
    package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var scratch = TraceWriter(shares: false)

    package init() {}

    /// The part that stands in a trace behind every step with effects.
    var short: UInt16 { UInt16(truncatingIfNeeded: value ^ value >> 32) }

    /// All effects of one step.
    package mutating func add(_ effects: [Effect]) {
        scratch.removeAll()
        for effect in effects { effect.write(to: &scratch) }
        let bytes = scratch.bytes
        mix(UInt64(bytes.count))
        var place = 0
        while place < bytes.count {
            var word: UInt64 = 0
            for offset in place..<min(place + 8, bytes.count) { word = word << 8 | UInt64(bytes[offset]) }
            mix(word)
            place += 8
        }
    }

    /// The finisher of SplitMix64: each bit of a word changes half of the bits.
    private mutating func mix(_ word: UInt64) {
        var mixed = (value ^ word) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        value = mixed ^ (mixed >> 31)
    }
}
