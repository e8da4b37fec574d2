import Wire

extension ByteQueue {
    /// What is queued, as text; broken UTF-8 is replaced.
    var text: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }

    /// What is queued, as an array.
    var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

    /// The last `digits` hexadecimal digits, 16 at most.
    mutating func append(hex number: UInt64, digits: Int) {
        var text: InlineArray<2, UInt64> = [
            Self.hexDigits(UInt32(truncatingIfNeeded: number >> 32)),
            Self.hexDigits(UInt32(truncatingIfNeeded: number)),
        ]
        unsafe Swift.withUnsafeBytes(of: &text) {
            unsafe append(UnsafeRawBufferPointer(rebasing: $0[(16 - digits)...]))
        }
    }

    /// Eight digits, side by side in one word in the order they are written: each nibble is spread into a byte of its own, and
    /// those above 9 are moved up to the letters.
    private static func hexDigits(_ number: UInt32) -> UInt64 {
        var nibbles = UInt64(number)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_ffff_0000_ffff
        nibbles = (nibbles << 8 | nibbles) & 0x00ff_00ff_00ff_00ff
        nibbles = (nibbles << 4 | nibbles) & 0x0f0f_0f0f_0f0f_0f0f
        let areLetters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ areLetters &* 39).bigEndian
    }
}
