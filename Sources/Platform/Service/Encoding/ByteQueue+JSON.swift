import Wire

extension ByteQueue {
    /// A JSON string of text that is UTF-8 by construction: only quotes, backslashes and control characters are
    /// escaped.
    mutating func append(quoted text: String) {
        var text = text
        append(UInt8(ascii: "\""))
        text.withUTF8 { unsafe append(escaping: UnsafeRawBufferPointer($0)) }
        append(UInt8(ascii: "\""))
    }

    mutating func append(quoted text: StaticString) {
        append(UInt8(ascii: "\""))
        unsafe append(escaping: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        append(UInt8(ascii: "\""))
    }

    /// JSON has no infinity and no "not a number": they become null.
    mutating func append(jsonNumber number: Double) {
        if number.isFinite { append(number.description) } else { append("null") }
    }

    /// A number with three decimals, cheaper than the shortest exact form.
    mutating func append(thousandthsOf number: Double) {
        guard number.magnitude < 1e15 else { return append(jsonNumber: number) }
        if number < 0 { append(UInt8(ascii: "-")) }
        let thousandths = Int((number.magnitude * 1_000).rounded())
        append(decimal: thousandths / 1_000)
        append(UInt8(ascii: "."))
        append(padded: thousandths % 1_000, to: 3)
    }

    private mutating func append(escaping bytes: UnsafeRawBufferPointer) {
        var start = 0
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f else {
                continue
            }
            unsafe append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
            if byte == UInt8(ascii: "\"") {
                append("\\\"")
            } else if byte == UInt8(ascii: "\\") {
                append("\\\\")
            } else {
                append("\\u")
                append(hex: UInt64(byte), digits: 4)
            }
        }
        unsafe append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
}
