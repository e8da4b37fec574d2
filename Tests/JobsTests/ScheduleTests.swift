import Postgres
import TestKit
import Testing
import Wire

@testable import Jobs

/// When schedules fall due. All in UTC.
struct ScheduleTests {
    private static func moment(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) throws
        -> Timestamp
    {
        let date = try #require(CalendarDate(year: year, month: month, day: day))
        return Timestamp(
            microseconds: (Int64(date.daysSinceEpoch) * 1440 + Int64(hour * 60 + minute)) * 60_000_000)
    }

    @Test(arguments: [
        // A Saturday.
        ("* * * * *", "2026-11-21T09:16:00.000Z"), ("*/5 * * * *", "2026-11-21T09:15:00.000Z"),
        ("30 * * * *", "2026-11-21T08:30:00.000Z"), ("0 3 * * *", "2026-11-21T03:00:00.000Z"),
        ("17 9 * * *", "2026-11-20T09:17:00.000Z"), ("0 0 1 * *", "2026-11-01T00:00:00.000Z"),
        ("0 12 * * 1-5", "2026-11-20T12:00:00.000Z"), ("0 0 * * 0", "2026-11-15T00:00:00.000Z"),
        ("0 0 * * 7", "2026-11-15T00:00:00.000Z"), ("0 0 31 * *", "2026-10-31T00:00:00.000Z"),
        ("0 0 29 2 *", "2024-02-29T00:00:00.000Z"), ("0 0 1,15 * 3", "2026-11-18T00:00:00.000Z"),
        ("10-20/4 8,9 * 11 6", "2026-11-21T09:14:00.000Z"), ("59 23 31 12 *", "2025-12-31T23:59:00.000Z"),
    ])
    func `the last due minute is found`(line: String, due: String) throws {
        let time = try #require(CronTime(line))
        let now = try Self.moment(2026, 11, 21, 9, 16) + .seconds(31)
        #expect(Schedule.cron(time).latest(at: now)?.description == due)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *",
        "1- * * * *", "5-1 * * * *", "*/0 * * * *", "5/10 * * * *", "1,,2 * * * *", "-1 * * * *", "0 0 30 2 *",
        "0 0 31 4,6,9,11 *", "*/99999 * * * *",
    ])
    func `what is no line, or never happens, is refused`(line: String) { #expect(CronTime(line) == nil) }

    @Test func `the moment found is due, not later, and the next to be found from just before it is earlier`() throws {
        let lines = ["* * * * *", "7 */3 * * *", "0 4 * * 1", "30 23 29 2 *", "0 0 13 * 5", "15 6 1-7 */2 *"]
        for seed in 0..<600 {
            var random = Seeded(UInt64(seed))
            let time = try #require(CronTime(lines[seed % lines.count]))
            let now = Timestamp(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random))
            guard let due = time.latest(at: now) else { continue }
            #expect(due <= now, "seed \(seed)")
            #expect(time.latest(at: due) == due, "seed \(seed)")
            if let before = time.latest(at: due + .microseconds(-1)) { #expect(before < due, "seed \(seed)") }
        }
    }

    /// Europe's and America's clocks change on these days; ours do not.
    @Test(arguments: [(2026, 3, 29), (2026, 10, 25), (2026, 3, 8), (2026, 11, 1)])
    func `a day on which other clocks change has twenty-four hours`(year: Int, month: Int, day: Int) throws {
        let time = try #require(CronTime("0 * * * *"))
        let start = try Self.moment(year, month, day)
        var found: Set<Timestamp> = []
        for minute in 0..<1440 { if let due = time.latest(at: start + .seconds(60 * minute)) { found.insert(due) } }
        #expect(found.count == 24)
        let nightly = try #require(CronTime("30 2 * * *"))
        #expect(nightly.latest(at: try Self.moment(year, month, day, 23)) == start + .seconds(9000))
    }

    @Test func `every so often is at whole multiples, for everybody`() throws {
        let now = try Self.moment(2026, 11, 21, 9, 16) + .milliseconds(31_234)
        #expect(Schedule.every(.seconds(300)).latest(at: now)?.description == "2026-11-21T09:15:00.000Z")
        #expect(Schedule.every(.milliseconds(1)).latest(at: now) == now)
        #expect(Schedule.every(.zero).latest(at: now) == nil)
        #expect(Schedule.every(.seconds(60)).latest(at: .infinity) == nil)
    }
}
