/// Questions about single bytes, as RFC 9110 §5 sorts them.
enum Text {
    /// Letters, digits and `!#$%&'*+-.^_`|~`, one bit each.
    private static let tokensBelow64: UInt64 = 0x03ff_6cfa_0000_0000
    private static let tokensAbove63: UInt64 = 0x57ff_ffff_c7ff_fffe

    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokensBelow64 >> UInt64(byte) & 1 == 1 }
        return byte < 128 && tokensAbove63 >> UInt64(byte - 64) & 1 == 1
    }

    /// Visible characters, spaces, tabs and bytes above ASCII.
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool { byte >= 32 && byte != 127 || byte == 9 }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether exactly `word` stands in `range`.
    func holds(_ word: String, in range: Range<Int>) -> Bool {
        guard word.utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in word.utf8 {
            if self[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Whether `word`, which is in lower case, stands in `range` in any case.
    func holds(caseless word: String, in range: Range<Int>) -> Bool {
        guard word.utf8.count == range.count else { return false }
        var index = range.lowerBound
        for byte in word.utf8 {
            if Text.lowercased(self[index]) != byte { return false }
            index += 1
        }
        return true
    }

    /// Whether a comma-separated list in `range` has the element `word` (lower case), in any case. Parameters after `;` don't count.
    func lists(_ word: String, in range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            var end = index
            while end < range.upperBound, self[end] != UInt8(ascii: ",") { end += 1 }
            var element = index..<end
            if let semicolon = element.first(where: { self[$0] == UInt8(ascii: ";") }) {
                element = index..<semicolon
            }
            if holds(caseless: word, in: trimmed(element)) { return true }
            index = end + 1
        }
        return false
    }

    /// The range without blanks at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Text.isBlank(self[start]) { start += 1 }
        while end > start, Text.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The bytes in `range` as text; what is no UTF-8 becomes the replacement character.
    func text(in range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// A copy of the bytes in `range`.
    func copied(_ range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
