extension ByteQueue {
    /// A JSON string of text that is UTF-8 by construction. Nothing is allocated on the way.
    package mutating func append(quoted text: String) {
        var text = text
        append(UInt8(ascii: "\""))
        text.withUTF8 { unsafe append(escaping: UnsafeRawBufferPointer($0)) }
        append(UInt8(ascii: "\""))
    }

    package mutating func append(quoted text: StaticString) {
        append(UInt8(ascii: "\""))
        unsafe append(escaping: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        append(UInt8(ascii: "\""))
    }

    /// A JSON string of bytes that the caller knows to be UTF-8.
    package mutating func append(quoted utf8: RawSpan) {
        append(UInt8(ascii: "\""))
        unsafe utf8.withUnsafeBytes { unsafe append(escaping: $0) }
        append(UInt8(ascii: "\""))
    }

    /// Escapes quotes, backslashes and control characters, DEL among them, which would not show in a log. The rest is
    /// copied in runs.
    private mutating func append(escaping utf8: UnsafeRawBufferPointer) {
        var start = 0
        for index in 0..<utf8.count {
            let byte = unsafe utf8[index]
            guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 127 else { continue }
            unsafe append(UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            start = index + 1
            append(escaped: byte)
        }
        unsafe append(UnsafeRawBufferPointer(rebasing: utf8[start...]))
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 8: append(UInt8(ascii: "b"))
        case 9: append(UInt8(ascii: "t"))
        case 10: append(UInt8(ascii: "n"))
        case 12: append(UInt8(ascii: "f"))
        case 13: append(UInt8(ascii: "r"))
        case 0..<32, 127:
            append("u00")
            append(UInt8(ascii: "0") + byte >> 4)
            let digit = byte & 15
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        default: append(byte)
        }
    }
}
