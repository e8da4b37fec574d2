import Glibc
import Wire

/// A moment of the calendar, in UTC: for logs, spans and health, never for deadlines, because it can jump.
package struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let nanosecondsSinceEpoch: UInt64

    package init(nanosecondsSinceEpoch: UInt64) { self.nanosecondsSinceEpoch = nanosecondsSinceEpoch }

    package static var now: WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(nanosecondsSinceEpoch: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }

    package var secondsSinceEpoch: Double { Double(nanosecondsSinceEpoch) / 1e9 }

    /// RFC 3339 with milliseconds: `2026-01-31T09:05:00.042Z`.
    package var description: String {
        var queue = ByteQueue()
        queue.append(dateOf: self)
        queue.append("T")
        queue.append(clockOf: self)
        queue.append("Z")
        return queue.text
    }
}

extension ByteQueue {
    /// `2026-01-31`
    mutating func append(dateOf time: WallTime) {
        let days = Int(time.nanosecondsSinceEpoch / 86_400_000_000_000)
        // Civil date from a count of days, in years that begin in March, so that the leap day comes last:
        // https://howardhinnant.github.io/date_algorithms.html
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        append(padded: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), to: 4)
        append(UInt8(ascii: "-"))
        append(padded: month, to: 2)
        append(UInt8(ascii: "-"))
        append(padded: day, to: 2)
    }

    /// `09:05:00.042`
    mutating func append(clockOf time: WallTime) {
        let milliseconds = Int(time.nanosecondsSinceEpoch / 1_000_000 % 86_400_000)
        append(padded: milliseconds / 3_600_000, to: 2)
        append(UInt8(ascii: ":"))
        append(padded: milliseconds / 60_000 % 60, to: 2)
        append(UInt8(ascii: ":"))
        append(padded: milliseconds / 1_000 % 60, to: 2)
        append(UInt8(ascii: "."))
        append(padded: milliseconds % 1_000, to: 3)
    }

    /// Four digits at most.
    mutating func append(padded number: Int, to width: Int) {
        var digits: InlineArray<4, UInt8> = .init(repeating: UInt8(ascii: "0"))
        var rest = number
        for place in digits.indices.reversed() {
            digits[place] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        append(digits.span.extracting((digits.count - width)...))
    }
}
