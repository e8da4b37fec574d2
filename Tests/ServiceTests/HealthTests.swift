import Service
import Testing

@Suite struct HealthTests {
    private let early = WallTime(nanosecondsSinceEpoch: 0)
    private let late = WallTime(nanosecondsSinceEpoch: 1_795_000_000_000_000_000)

    @Test func `nothing is ready before it said so`() {
        let board = HealthBoard()
        #expect(board.report.isReady)
        board.expect("postgres", .needed)
        #expect(!board.report.isReady)
        board.report("postgres", .up)
        #expect(board.report.isReady)
    }

    @Test(arguments: [
        (HealthState.up, HealthState.up, "up"), (.up, .degraded("slow"), "degraded"),
        (.degraded("slow"), .up, "degraded"),
        (.up, .down("gone"), "degraded"), (.down("gone"), .up, "down"), (.degraded("slow"), .down("gone"), "degraded"),
    ])
    func `the whole is as bad as its worst needed part`(needed: HealthState, useful: HealthState, whole: String) {
        let board = HealthBoard()
        board.expect("postgres", .needed)
        board.expect("redis", .useful)
        board.report("postgres", needed)
        board.report("redis", useful)
        #expect(board.report.state == whole)
        #expect(board.report.isReady == (whole != "down"))
    }

    @Test func `since when moves only with the kind of state, and reasons are in the report`() {
        let board = HealthBoard()
        board.expect("postgres", .needed, at: early)
        board.report("postgres", .down("refuses connections"), at: late)
        #expect(
            String(decoding: board.report.json, as: UTF8.self)
                == #"{"status":"down","checks":[{"name":"postgres","status":"down","reason":"refuses connections","since":"1970-01-01T00:00:00.000Z"}]}"#
        )
        board.report("postgres", .up, at: late)
        #expect(
            String(decoding: board.report.json, as: UTF8.self)
                == #"{"status":"up","checks":[{"name":"postgres","status":"up","since":"2026-11-18T11:06:40.000Z"}]}"#)
    }
}
