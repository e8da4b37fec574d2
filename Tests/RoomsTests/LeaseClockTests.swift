import Testing

/// Leases, heartbeats and due moments go by the clock of Postgres: a worker whose own is wrong, or jumps, has nothing to
/// compare with it. `Moment`, which measures pauses and deadlines, is the kernel's monotonic clock.
struct LeaseClockTests {
    private static let rooms = [
        "Sources/Platform/Jobs", "Sources/Store/Consumers", "Sources/Store/Relay", "Sources/Store/Log",
    ]
    private static let rule = HouseRule(
        reason: "a clock of our own where only that of Postgres counts", words: ["now", "time", "Date", "CLOCK"],
        concerns: { file in rooms.contains(where: file.isBelow) }
    ) { text, _, _ in
        text.contains(/\b(Timestamp|WallTime|Date|SuspendingClock|ContinuousClock)(\.now\b|\(\))/)
            || text.contains(/\b(CLOCK_\w+|clock_gettime|gettimeofday|timespec_get)\b|\btime\(nil\)/)
    }

    @Test func `nothing that leases or schedules reads a clock of its own machine`() {
        let files = Repository.swiftFiles.filter(Self.rule.concerns)
        #expect(files.count > 40)
        let violations = files.flatMap(Self.rule.violations)
        #expect(violations.isEmpty, "\(violations.list)")
        let clock = Repository.text(of: "Sources/Platform/Loop/Moment.swift")
        #expect(clock.contains("static var now: Moment { Moment(nanoseconds: linux_monotonic()) }"))
        for sample in ["let now = Timestamp.now", "let a = WallTime.now", "let a = Date()", "time(nil)"] {
            let file = SwiftFile(path: "Sources/Store/Consumers/Sample.swift", text: sample)
            #expect(Self.rule.violations(in: file).count == 1, "not caught: \(sample)")
        }
        for sample in ["let now = Moment.now", "// Timestamp.now", "let words = \"SELECT now()\""] {
            let file = SwiftFile(path: "Sources/Store/Consumers/Sample.swift", text: sample)
            #expect(Self.rule.violations(in: file) == [], "caught: \(sample)")
        }
    }
}
