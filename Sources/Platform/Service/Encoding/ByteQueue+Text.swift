import Wire

extension ByteQueue {
    /// What is queued, as text; broken UTF-8 is replaced.
    var text: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }

    /// What is queued, as an array.
    var array: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }

    mutating func append(hex number: UInt64, digits: Int) {
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: number >> UInt64(digit * 4)) & 0xf
            append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
}
