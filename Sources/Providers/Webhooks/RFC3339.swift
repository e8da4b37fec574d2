package import Wire

/// Times as RFC 3339 writes them, read to the microsecond.
package enum RFC3339 {
    /// Nil for anything else.
    package static func timestamp(_ text: String) -> Timestamp? {
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), take("-", &rest), let month = number(&rest, 2), take("-", &rest),
            let day = number(&rest, 2), take("T", &rest) || take("t", &rest) || take(" ", &rest),
            let hour = number(&rest, 2), take(":", &rest), let minute = number(&rest, 2), take(":", &rest),
            let second = number(&rest, 2), hour < 24, minute < 60, second <= 60,
            let date = CalendarDate(year: Int(year), month: Int(month), day: Int(day)),
            let microseconds = fraction(&rest), let offset = offset(&rest), rest.isEmpty
        else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Timestamp(microseconds: seconds * 1_000_000 + microseconds)
    }

    private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(digits) {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        rest = rest.dropFirst(digits)
        return value
    }

    /// In microseconds; what is finer is cut off.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard take(".", &rest) else { return 0 }
        let digits = rest.prefix { (48...57).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        var value: Int64 = 0
        for place in 0..<6 {
            let digit = place < digits.count ? Int64(digits[digits.startIndex + place] - 48) : 0
            value = value * 10 + digit
        }
        return value
    }

    /// In seconds east of Greenwich.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard take("+", &rest) || take("-", &rest), let hours = number(&rest, 2), take(":", &rest),
            let minutes = number(&rest, 2), hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
