extension ByteQueue {
    /// As `Timestamp` describes itself, without a string in between.
    package mutating func append(_ time: Timestamp) {
        guard Self.yearsOfFourDigits.contains(time.microseconds) else { return append(time.description) }
        let (days, rest) = time.microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        let date = CalendarDate(daysSinceEpoch: Int32(days)).components
        append(digits: date.year, 4)
        append(UInt8(ascii: "-"))
        append(digits: date.month, 2)
        append(UInt8(ascii: "-"))
        append(digits: date.day, 2)
        append(UInt8(ascii: "T"))
        let milliseconds = Int(rest / 1_000)
        append(digits: milliseconds / 3_600_000, 2)
        append(UInt8(ascii: ":"))
        append(digits: milliseconds / 60_000 % 60, 2)
        append(UInt8(ascii: ":"))
        append(digits: milliseconds / 1_000 % 60, 2)
        append(UInt8(ascii: "."))
        append(digits: milliseconds % 1_000, 3)
        append(UInt8(ascii: "Z"))
    }

    /// From 1970 to the last moment of 9999.
    private static let yearsOfFourDigits: Range<Int64> = 0..<253_402_300_800_000_000

    private mutating func append(digits number: Int, _ width: Int) {
        var factor = 1
        for _ in 1..<width { factor *= 10 }
        while factor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / factor % 10))
            factor /= 10
        }
    }
}
