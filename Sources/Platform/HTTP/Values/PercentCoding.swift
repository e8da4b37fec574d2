/// Percent-encoding as RFC 3986 §2.1 has it, read strictly: two hex digits after every `%`, no NUL, and UTF-8 in the end.
package enum PercentCoding {
    /// The decoded text; nil when the encoding is broken.
    static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: PlusSign = .isItself) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Text.hexValue),
                    let low = rest.popFirst().flatMap(Text.hexValue)
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace == .isSpace: decoded.append(32)
            default: decoded.append(byte)
            }
        }
        return decoded.contains(0) ? nil : String(validating: decoded, as: UTF8.self)
    }

    /// What `+` means: itself in a path, a space in a query, where browsers write it for one.
    enum PlusSign {
        case isItself
        case isSpace
    }

    /// `text` with everything but RFC 3986's unreserved characters encoded: fit for one path segment or one query value.
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
