package import Crypto

/// Ids that follow from what they are of: whoever makes one again, after a death or from the log alone, makes the same.
package enum LearnedID {
    /// Version 8: the first bits of a SHA-256 over the parts, each told from the next.
    package static func of(_ kind: String, _ parts: [UInt8]...) -> UUID {
        var digest = Digest(.sha256)
        for part in [Array(kind.utf8)] + parts {
            let length = (0..<8).map { UInt8(truncatingIfNeeded: part.count >> (56 - 8 * $0)) }
            digest.update(length.span)
            digest.update(part.span)
        }
        let value = digest.finish().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return UUID(value: value & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)
    }
}
