/// Checks UTF-8 that arrives in pieces, and fails at the first byte that no continuation can mend.
struct UTF8Checker {
    /// Continuation bytes still owed by the character begun, and the range the next one must lie in.
    private var owed = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xbf

    /// Whether the bytes so far end with a whole character.
    var isComplete: Bool { owed == 0 }

    /// Answers whether the bytes can belong to a valid text after those before.
    mutating func accepts(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        let raw = unsafe bytes.bytes
        while index < bytes.count {
            if owed == 0 {
                // Most text is ASCII: eight bytes with no high bit at a time.
                while index &+ 8 <= bytes.count,
                    unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                { index &+= 8 }
                guard index < bytes.count else { return true }
            }
            guard accepts(bytes[index]) else { return false }
            index &+= 1
        }
        return true
    }

    private mutating func accepts(_ byte: UInt8) -> Bool {
        if owed > 0 {
            guard byte >= lowest, byte <= highest else { return false }
            owed -= 1
            (lowest, highest) = (0x80, 0xbf)
            return true
        }
        // The narrower ranges keep out overlong forms, surrogates, and what lies above U+10FFFF.
        switch byte {
        case 0x00...0x7f: return true
        case 0xc2...0xdf: (owed, lowest, highest) = (1, 0x80, 0xbf)
        case 0xe0: (owed, lowest, highest) = (2, 0xa0, 0xbf)
        case 0xed: (owed, lowest, highest) = (2, 0x80, 0x9f)
        case 0xe1...0xef: (owed, lowest, highest) = (2, 0x80, 0xbf)
        case 0xf0: (owed, lowest, highest) = (3, 0x90, 0xbf)
        case 0xf1...0xf3: (owed, lowest, highest) = (3, 0x80, 0xbf)
        case 0xf4: (owed, lowest, highest) = (3, 0x80, 0x8f)
        default: return false
        }
        return true
    }
}
