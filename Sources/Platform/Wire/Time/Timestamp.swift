import Glibc

/// A point in the world's time, in UTC: microseconds since 1970-01-01. Leap seconds do not exist.
///
/// It may jump when the machine's clock is set; measure spans with the monotonic clock instead.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// A moment too far away to be told is `infinity`.
    package init(milliseconds: Int64) { self.init(milliseconds, times: 1_000) }
    package init(seconds: Int64) { self.init(seconds, times: 1_000_000) }

    private init(_ count: Int64, times factor: Int64) {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        microseconds = overflow ? (count < 0 ? .min : .max) : product
    }

    /// Whole milliseconds since 1970, rounded down.
    package var milliseconds: Int64 { microseconds.flooredDivision(by: 1_000).quotient }

    /// Two points beyond all others, which Postgres knows as well.
    package static let infinity = Timestamp(microseconds: .max)
    package static let minusInfinity = Timestamp(microseconds: .min)

    package static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package static func + (timestamp: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (step, over) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, beyond) = timestamp.microseconds.addingReportingOverflow(step)
        if overflow || over || beyond { return seconds < 0 ? .minusInfinity : .infinity }
        return Timestamp(microseconds: sum)
    }

    package static func - (timestamp: Timestamp, duration: Duration) -> Timestamp { timestamp + (.zero - duration) }

    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microseconds) - .microseconds(earlier.microseconds)
    }
}

/// RFC 3339 with milliseconds, in UTC: `2026-08-01T12:34:56.789Z`.
extension Timestamp: CustomStringConvertible {
    package var description: String {
        if self == .infinity { return "infinity" }
        if self == .minusInfinity { return "-infinity" }
        let (days, rest) = microseconds.flooredDivision(by: 86_400_000_000)
        let milliseconds = rest / 1000
        let date = CalendarDate(daysSinceEpoch: Int32(clamping: days))
        return date.description + "T" + padded(milliseconds / 3_600_000, 2) + ":"
            + padded(milliseconds / 60_000 % 60, 2) + ":" + padded(milliseconds / 1000 % 60, 2) + "."
            + padded(milliseconds % 1000, 3) + "Z"
    }
}

func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    /// The remainder is never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
