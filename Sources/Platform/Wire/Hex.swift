/// Bytes as pairs of hexadecimal digits: written in lower case, read in either.
package enum Hex {
    package static func encode(_ source: Span<UInt8>, into target: inout ByteQueue) {
        target.reserve(source.count * 2)
        for index in source.indices {
            target.append(digit(source[index] >> 4))
            target.append(digit(source[index] & 15))
        }
    }

    package static func encode(_ source: Span<UInt8>) -> String {
        unsafe String(unsafeUninitializedCapacity: source.count * 2) { target in
            for index in source.indices {
                unsafe target[index * 2] = digit(source[index] >> 4)
                unsafe target[index * 2 + 1] = digit(source[index] & 15)
            }
            return source.count * 2
        }
    }

    package static func decode(_ text: String) throws(Base64Error) -> [UInt8] { try decode(Array(text.utf8).span) }

    package static func decode(_ source: Span<UInt8>) throws(Base64Error) -> [UInt8] {
        guard source.count % 2 == 0 else { throw Base64Error(.length, at: source.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count / 2)
        for index in stride(from: 0, to: source.count, by: 2) {
            guard let high = value(source[index]) else { throw Base64Error(.alphabet, at: index) }
            guard let low = value(source[index + 1]) else { throw Base64Error(.alphabet, at: index + 1) }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    package static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// The value of one digit, or nothing if it is none.
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
