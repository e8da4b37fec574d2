/// An `interval` in full. A month has no fixed number of days, and a day no fixed number of hours.
package struct Interval: Hashable, Sendable {
    package var months: Int32
    package var days: Int32
    package var microseconds: Int64

    package init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }
}

extension Interval: PostgresValue {
    package static var postgresType: PostgresType { .interval }

    package func encode(into bytes: inout BindBytes) {
        bytes.append(microseconds)
        bytes.append(days)
        bytes.append(months)
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Interval {
        guard type == .interval else { throw .wrongType }
        guard bytes.byteCount == 16 else { throw .malformed }
        return Interval(
            months: try bytes.number(Int32.self, at: 12), days: try bytes.number(Int32.self, at: 8),
            microseconds: try bytes.number(Int64.self))
    }
}

/// The part of `interval` that is exact: microseconds. Finer durations and days or months are refused, not rounded.
extension Duration: PostgresValue {
    package static var postgresType: PostgresType { .interval }

    package func encode(into bytes: inout BindBytes) {
        let (seconds, attoseconds) = components
        let (fraction, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (microseconds, over) = whole.addingReportingOverflow(fraction)
        if overflow || over || rest != 0 {
            bytes.fail(.invalidParameter("a duration that an interval can't hold exactly"))
        }
        Interval(microseconds: microseconds).encode(into: &bytes)
    }

    package static func decode(_ bytes: RawSpan, of type: PostgresType) throws(PostgresMismatch) -> Duration {
        let interval = try Interval.decode(bytes, of: type)
        guard interval.months == 0, interval.days == 0 else { throw .outOfRange }
        return .microseconds(interval.microseconds)
    }
}
