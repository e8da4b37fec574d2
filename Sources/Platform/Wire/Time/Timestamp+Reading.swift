extension Timestamp {
    /// From RFC 3339: `2026-08-01T12:34:56.789Z`, or with an offset such as `+02:00`. Nil for anything else. What is finer than a
    /// microsecond is cut off.
    package init?(_ text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.takes("-"), let month = reader.number(2), reader.takes("-"),
            let day = reader.number(2), let date = CalendarDate(year: year, month: month, day: day),
            reader.takes("T") || reader.takes("t"), let hour = reader.number(2), hour < 24, reader.takes(":"),
            let minute = reader.number(2), minute < 60, reader.takes(":"), let second = reader.number(2), second <= 60,
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

private struct DigitReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func takes(_ character: Character) -> Bool {
        guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
        place += 1
        return true
    }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) else { return nil }
        defer { place += 1 }
        return Int(bytes[place] - UInt8(ascii: "0"))
    }

    /// Microseconds; none is zero.
    mutating func fraction() -> Int64? {
        guard takes(".") else { return 0 }
        var (value, unit, count) = (Int64(0), Int64(100_000), 0)
        while let digit = digit() {
            value += Int64(digit) * unit
            unit /= 10
            count += 1
        }
        return (1...9).contains(count) ? value : nil
    }

    /// Seconds east of Greenwich.
    mutating func offset() -> Int64? {
        if takes("Z") || takes("z") { return 0 }
        let sign: Int64 = takes("+") ? 1 : takes("-") ? -1 : 0
        guard sign != 0, let hour = number(2), hour < 24, takes(":"), let minute = number(2), minute < 60 else {
            return nil
        }
        return sign * Int64(hour * 3_600 + minute * 60)
    }
}
