import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Sums of times that are over are added up over the lanes, and nobody who reads notices.
@Suite(.serialized, .timeLimit(.minutes(4))) struct SumMergeTests {
    private static let seed = FigureReaderTests.seed &+ 40
    private static let lanes: Int16 = 16

    /// Each batch as the owners of its streams' lanes would apply it.
    private static func apply(
        _ batch: some Collection<RecordedEvent>, by consumer: CallsConsumer, _ test: AnalyticsUnderTest
    ) async throws {
        let lanes = Dictionary(grouping: batch) { Int16($0.stream.value >> 8 & UInt128(Self.lanes - 1)) }
        for (lane, events) in lanes.sorted(by: { $0.key < $1.key }) {
            try await test.apply(
                events.map {
                    RecordedEvent(
                        lane: lane, position: $0.position, stream: $0.stream, version: $0.version, id: $0.id,
                        organization: $0.organization, type: $0.type, schemaVersion: $0.schemaVersion,
                        occurredAt: $0.occurredAt, recordedAt: $0.recordedAt, payload: $0.payload)
                }, by: consumer)
        }
    }

    private static func digests(_ version: Int32, _ test: AnalyticsUnderTest) async throws -> [String] {
        try await test.pool.withTransaction { try await CallTables(version: version).digests(in: $0) }
    }

    private static func rows(_ version: Int32, _ test: AnalyticsUnderTest) async throws -> (lanes: Int, merged: Int) {
        let table = try Identifier("call_sums_v\(version)")
        return try await test.pool.query(
            "SELECT count(*) FILTER (WHERE lane >= 0), count(*) FILTER (WHERE lane = -1) FROM \(table)"
        ).one.decode(Int.self, Int.self)
    }

    /// Later than any call in the log.
    private static let later = Timestamp(microseconds: AnalyticsUnderTest.middle + 2 * AnalyticsUnderTest.spread)

    private static func questions(
        _ count: Int, _ dice: inout Dice, _ log: CallLog, _ test: AnalyticsUnderTest, upTo events: Int
    ) async throws {
        for organization in CallLog.organizations {
            var facts: [UUID: [CallFact]] = [:]
            for event in log.events.prefix(events) where event.organization == organization {
                guard let fact = log.facts[event.stream]?[Int(event.version) - 1] else { continue }
                facts[event.stream, default: []].append(fact)
            }
            let states = facts.values.compactMap { CallState.folded($0) }
            for _ in 0..<count {
                let question = try await FigureReaderTests.question(&dice, organization, test)
                _ = try await FigureReaderTests.compare(question, organization, states, test)
            }
        }
    }

    @Test func `answers equal a count of the calls one by one between batches that come and sums that are merged`()
        async throws
    {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed)
            let log = try AnalyticsUnderTest.log(&dice, calls: 160)
            let consumer = CallsConsumer()
            var (applied, merged) = (0, 0)
            for (round, batch) in log.batches(&dice, of: 200...400).enumerated() {
                try await Self.apply(batch, by: consumer, test)
                applied += batch.count
                // Of some times only, and few at a time.
                let until = Timestamp(
                    microseconds: AnalyticsUnderTest.middle
                        + Int64.random(in: -AnalyticsUnderTest.spread...2 * AnalyticsUnderTest.spread, using: &dice))
                merged += try await SumMerge.run(through: test.pool, at: until, batch: 1 + round * 7)
                try await Self.questions(3, &dice, log, test, upTo: applied)
            }
            #expect(applied == log.events.count && merged > 500)
            _ = try await SumMerge.run(through: test.pool, at: Self.later)
            let rows = try await Self.rows(1, test)
            #expect(rows.lanes == 0 && rows.merged > 100)
            try await Self.questions(30, &dice, log, test, upTo: applied)
            let first = try await Self.digests(1, test)
            try await test.pool.execute("SELECT recount_calls(1)")
            #expect(try await Self.digests(1, test) == first)
        }
    }

    @Test func `while sums are being merged answers stay as they were, and a consumer waits and loses nothing`()
        async throws
    {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 1)
            let log = try AnalyticsUnderTest.log(&dice, calls: 120)
            let half = log.events.count / 2
            let consumer = CallsConsumer()
            try await Self.apply(log.events[..<half], by: consumer, test)
            let (ended, asking) = (Self.later, dice)
            let rest = try await test.pool.withTransaction { session in
                let moved = try await session.query("SELECT merge_call_sums(1, \(ended), 100000)").one.decode(Int.self)
                #expect(moved > 500)
                var dice = asking
                try await Self.questions(10, &dice, log, test, upTo: half)
                // Another one at it is one too many, and goes.
                #expect(try await SumMerge.run(through: test.pool, at: ended) == 0)
                let rest = Task(executorPreference: test.pool.loop) {
                    try await Self.apply(log.events[half...], by: consumer, test)
                }
                try await test.pool.loop.until("a consumer waits", within: .seconds(20), every: .milliseconds(10)) {
                    try await test.pool.query(
                        """
                        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                            AND query LIKE '%call_sums%'
                        """
                    ).one.decode(Int.self) > 0
                }
                return rest
            }
            try await rest.value
            try await Self.questions(20, &dice, log, test, upTo: log.events.count)
            let first = try await Self.digests(1, test)
            try await test.pool.execute("SELECT recount_calls(1)")
            #expect(try await Self.digests(1, test) == first)
        }
    }

    @Test func `what a consumer is changing is left for the next time`() async throws {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 2)
            let log = try AnalyticsUnderTest.log(&dice, calls: 60)
            try await Self.apply(log.events, by: CallsConsumer(), test)
            let all = try await Self.rows(1, test).lanes
            try await test.pool.withTransaction { session in
                let held = try await session.query(
                    "SELECT FROM call_sums_v1 WHERE lane >= 0 ORDER BY begins DESC LIMIT 7 FOR UPDATE"
                ).count
                #expect(held == 7)
                #expect(try await SumMerge.run(through: test.pool, at: Self.later) == all - held)
            }
            #expect(try await Self.rows(1, test).lanes == 7)
            #expect(try await SumMerge.run(through: test.pool, at: Self.later) == 7)
        }
    }

    @Test func `a version that is built meanwhile comes to the same, whichever of the two is merged`() async throws {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 3)
            let log = try AnalyticsUnderTest.log(&dice, calls: 120)
            try await test.pool.withTransaction {
                try await CallTables(version: 2).make(like: CallTables(version: 1), in: $0)
            }
            let (live, next) = (CallsConsumer(), CallsConsumer(version: 2))
            for batch in log.batches(&dice, of: 50...200) {
                try await Self.apply(batch, by: live, test)
                try await test.pool.execute("SELECT merge_call_sums(1, \(Self.later), 300)")
            }
            for batch in log.batches(&dice, of: 500...900) {
                try await Self.apply(batch, by: next, test)
                #expect(try await SumMerge.run(through: test.pool, at: Self.later, batch: 100) > 0)
            }
            #expect(try await Self.digests(1, test) == Self.digests(2, test))
            #expect(try await Self.rows(2, test).lanes == 0)
            try await test.pool.withTransaction { try await CallTables(version: 2).expose(in: $0) }
            try await Self.questions(20, &dice, log, test, upTo: log.events.count)
        }
    }

    @Test func `hours and days are merged when they have been over for a while, and not before`() async throws {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 4)
            var log = CallLog()
            // 2023-11-15 00:30 UTC.
            let day = AnalyticsUnderTest.middle / 86_400_000_000 * 86_400_000_000
            try log.append(
                .callReceived(.any(&dice)), to: UUID(value: 10), at: Instant(microseconds: day + 1_800_000_000))
            try await test.apply(log.events, by: CallsConsumer())
            func merged(at microseconds: Int64) async throws -> Int {
                try await SumMerge.run(through: test.pool, at: Timestamp(microseconds: day + microseconds))
            }
            let hour: Int64 = 3_600_000_000
            #expect(try await merged(at: 2 * hour - 1) == 0)
            // The hour's row; then those of the day, by what calls are kept apart.
            #expect(try await merged(at: 2 * hour) == 1)
            #expect(try await merged(at: 25 * hour - 1) == 0)
            #expect(try await merged(at: 25 * hour) == 4)
            #expect(SumMerge.settlingTime == .seconds(3_600))
        }
    }
}
