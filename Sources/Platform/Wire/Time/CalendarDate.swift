/// A day of the Gregorian calendar, as a count of days.
package struct CalendarDate: Hashable, Comparable, Sendable {
    package let daysSinceEpoch: Int32

    package init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

    package static let infinity = CalendarDate(daysSinceEpoch: .max)
    package static let minusInfinity = CalendarDate(daysSinceEpoch: .min)

    /// Nil for a day that the calendar has not, and beyond the year 100,000 either way.
    package init?(year: Int, month: Int, day: Int) {
        guard abs(year) <= 100_000, (1...12).contains(month), day >= 1, day <= 31 else { return nil }
        // Years begin in March here, so that the leap day is the last one.
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let (era, yearOfEra) = shifted.flooredDivision(by: 400)
        let dayOfYear = (153 * (Int64(month) + (month > 2 ? -3 : 9)) + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSinceEpoch: Int32(era * 146_097 + dayOfEra - 719_468))
        guard components == (year, month, day) else { return nil }
    }

    package var components: (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (Int64(daysSinceEpoch) + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }
}

extension CalendarDate: CustomStringConvertible {
    package var description: String {
        let (year, month, day) = components
        return padded(Int64(year), 4) + "-" + padded(Int64(month), 2) + "-" + padded(Int64(day), 2)
    }
}
