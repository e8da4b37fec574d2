import Wire

extension ByteQueue {
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
}
