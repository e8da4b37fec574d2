import Postgres
package import Wire

/// `minute hour day month weekday`, as crontab writes it, in UTC: there no hour is skipped and none comes twice. Pure.
///
/// Numbers, `*`, ranges `a-b`, lists `a,b` and steps `*/n` and `a-b/n`; Sunday is 0 or 7. Where day and weekday are both
/// restricted, either is enough.
package struct CronTime: Hashable, Sendable {
    /// No combination of day, month and weekday is rarer: 29 February comes within eight years.
    static let daysLookedBackMax = 8 * 366 + 1

    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let isEitherDayEnough: Bool

    /// Nil for what is no such line, and for what never happens, such as 30 February.
    package init?(_ text: String) {
        let fields = text.split(separator: " ")
        guard fields.count == 5, let minutes = Self.set(fields[0], 0...59), let hours = Self.set(fields[1], 0...23),
            let days = Self.set(fields[2], 1...31), let months = Self.set(fields[3], 1...12),
            let weekdays = Self.set(fields[4], 0...7)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = (weekdays | weekdays >> 7) & 0x7F
        isEitherDayEnough = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        // Any moment will do: what happens at all happens within the days looked at.
        guard latest(at: Timestamp(microseconds: 1_800_000_000_000_000)) != nil else { return nil }
    }

    /// The last due minute that is not after `moment`.
    package func latest(at moment: Timestamp) -> Timestamp? {
        guard moment != .infinity, moment != .minusInfinity else { return nil }
        let dayLength: Int64 = 86_400_000_000
        var day = moment.microseconds / dayLength
        if moment.microseconds % dayLength < 0 { day -= 1 }
        var minuteOfDay = Int((moment.microseconds - day * dayLength) / 60_000_000)
        for _ in 0..<Self.daysLookedBackMax {
            if isDue(CalendarDate(daysSinceEpoch: Int32(clamping: day))), let minute = lastMinute(to: minuteOfDay) {
                return Timestamp(microseconds: day * dayLength + Int64(minute) * 60_000_000)
            }
            day -= 1
            minuteOfDay = 1439
        }
        return nil
    }

    private func isDue(_ date: CalendarDate) -> Bool {
        let (_, month, day) = date.components
        guard Self.has(months, month) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((Int(date.daysSinceEpoch) + 4) % 7 + 7) % 7
        let (isDay, isWeekday) = (Self.has(days, day), Self.has(weekdays, weekday))
        return isEitherDayEnough ? isDay || isWeekday : isDay && isWeekday
    }

    private func lastMinute(to limit: Int) -> Int? {
        for hour in stride(from: limit / 60, through: 0, by: -1) where Self.has(hours, hour) {
            let last = hour == limit / 60 ? limit % 60 : 59
            for minute in stride(from: last, through: 0, by: -1) where Self.has(minutes, minute) {
                return hour * 60 + minute
            }
        }
        return nil
    }

    private static func has(_ set: UInt64, _ number: Int) -> Bool { set >> UInt64(number) & 1 == 1 }

    private static func set(_ field: Substring, _ range: ClosedRange<Int>) -> UInt64? {
        var set: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let numbers = halves.first.flatMap({ span($0, range) }), halves.count <= 2 else { return nil }
            var step = 1
            if halves.count == 2 {
                // `5/10` means different things to different crons.
                guard let given = number(halves[1]), given > 0, halves[0] == "*" || halves[0].contains("-") else {
                    return nil
                }
                step = given
            }
            for number in stride(from: numbers.lowerBound, through: numbers.upperBound, by: step) {
                set |= 1 << UInt64(number)
            }
        }
        return set
    }

    private static func span(_ text: Substring, _ range: ClosedRange<Int>) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard let first = ends.first, let last = ends.last, ends.count <= 2, let first, let last, first <= last,
            range.contains(first), range.contains(last)
        else { return nil }
        return first...last
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
