import Crypto
package import Domain

/// Identifiers that follow from what others call a thing, so that whoever hears of it twice calls it the same.
package enum DerivedID {
    /// Version 8 of RFC 9562, whose bits are ours to choose: the head of a SHA-256 over the names, each with its length before it.
    package static func make<Subject>(_ names: String...) -> ID<Subject> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(names.reduce(0) { $0 + $1.utf8.count + 8 })
        for name in names {
            bytes.append(contentsOf: String(name.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: name.utf8)
        }
        var value: UInt128 = 0
        for byte in HashFunction.sha256.digest(of: bytes).prefix(16) { value = value << 8 | UInt128(byte) }
        return ID(value: value & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)
    }
}
