import Wire

extension ByteQueue {
    mutating func append(fieldName field: Field) {
        append(UInt8(ascii: "\""))
        append(field.name)
        if case .milliseconds = field.value { append("_ms") }
        append(UInt8(ascii: "\""))
    }

    mutating func append(jsonValueOf field: Field) {
        switch field.value {
        case .text(let text): append(quoted: text)
        case .word(let word): append(quoted: word)
        case .count(let count): append(decimal: count)
        case .ratio(let ratio): append(jsonNumber: ratio)
        case .milliseconds(let milliseconds): append(thousandthsOf: milliseconds)
        case .flag(let flag): append(flag ? "true" : "false")
        case .redacted: append("\"[redacted]\"")
        case .id(let token):
            append(UInt8(ascii: "\""))
            append(token: token)
            append(UInt8(ascii: "\""))
        }
    }
}
