package import Wire

extension UUID: LosslessStringConvertible, Codable {
    private static let textByteCount = 36

    /// Reads the one form with hyphens, in either case. No braces, no prefix, no space.
    package init?(_ text: String) { self.init(text: Array(text.utf8).span) }

    package init?(text: Span<UInt8>) {
        guard text.count == Self.textByteCount else { return nil }
        var value: UInt128 = 0
        for index in text.indices {
            if Self.hasHyphen(at: index) {
                guard text[index] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hex.value(text[index]) else { return nil }
            value = value << 4 | UInt128(digit)
        }
        self.init(value: value)
    }

    package var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.textByteCount) { text in
            var shift = 128
            for index in 0..<Self.textByteCount {
                if Self.hasHyphen(at: index) {
                    unsafe text[index] = UInt8(ascii: "-")
                } else {
                    shift -= 4
                    unsafe text[index] = Hex.digit(UInt8(value >> shift & 0xF))
                }
            }
            return Self.textByteCount
        }
    }

    /// As it describes itself, without a string in between.
    package func write(into queue: inout ByteQueue) {
        queue.reserve(Self.textByteCount)
        let (high, low) = (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { queue.append(UInt8(ascii: "-")) }
            let byte = UInt8(truncatingIfNeeded: index < 8 ? high >> (56 - 8 * index) : low >> (120 - 8 * index))
            queue.append(Hex.digit(byte >> 4))
            queue.append(Hex.digit(byte & 15))
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = UUID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func hasHyphen(at index: Int) -> Bool { index == 8 || index == 13 || index == 18 || index == 23 }
}
