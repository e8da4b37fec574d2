import Testing
import Wire

@Suite struct TimestampTests {
    @Test(arguments: [
        (0 as Int64, "1970-01-01T00:00:00.000Z"), (1_785_587_696_789_999, "2026-08-01T12:34:56.789Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
    ])
    func `a timestamp prints as RFC 3339`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test func `every day of a thousand years has one date`() {
        let strange = (Int32(-200_000)...200_000).count { day in
            let date = CalendarDate(daysSinceEpoch: day)
            let (year, month, number) = date.components
            return CalendarDate(year: year, month: month, day: number) != date
        }
        #expect(strange == 0)
        #expect(CalendarDate(year: 2026, month: 2, day: 29) == nil)
        #expect(CalendarDate(year: 2024, month: 2, day: 29) != nil)
    }

    @Test func `moments made of coarser units are the same, and beyond the last one there is infinity`() {
        #expect(Timestamp(seconds: -2) == Timestamp(milliseconds: -2000))
        #expect(Timestamp(milliseconds: 5) == Timestamp(microseconds: 5000))
        #expect(Timestamp(seconds: .max) == .infinity && Timestamp(milliseconds: .min) == .minusInfinity)
        #expect(Timestamp(seconds: 1) + .seconds(Int64.max) == .infinity)
        #expect(Timestamp(seconds: 1) - .seconds(Int64.max) == .minusInfinity)
    }

    @Test func `milliseconds are rounded down on both sides of 1970`() {
        #expect(Timestamp(microseconds: 1999).milliseconds == 1)
        #expect(Timestamp(microseconds: -1).milliseconds == -1)
        #expect(Timestamp(seconds: 3) - Timestamp(milliseconds: 1) == .milliseconds(2999))
    }
}
