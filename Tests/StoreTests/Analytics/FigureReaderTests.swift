import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Whatever is asked of analytics, held against counting the calls one by one.
@Suite(.serialized, .timeLimit(.minutes(4))) struct FigureReaderTests {
    static let seed = RoundTripTests.seed &+ 19
    private static let zoneNames = [
        "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Kolkata",
        "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Beirut",
    ]

    @Test func `every answer equals a count of the calls one by one, in any zone, however they are grouped`()
        async throws
    {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed)
            let log = try AnalyticsUnderTest.log(&dice, calls: 250)
            let consumer = CallsConsumer()
            for batch in log.batches(&dice, of: 1...300) { try await test.apply(batch, by: consumer) }
            try await test.addCustomers()
            var (asked, rows, exact) = (0, 0, 0)
            for organization in CallLog.organizations {
                let states = log.facts.filter { CallLog.organization(of: $0.key) == organization }
                    .compactMap { CallState.folded($0.value) }
                #expect(states.count > 50)
                for _ in 0..<60 {
                    let question = try await Self.question(&dice, organization, test)
                    let (told, compared) = try await Self.compare(question, organization, states, test)
                    (asked, rows, exact) = (asked + 1, rows + told, exact + compared)
                }
            }
            #expect(asked == 120 && rows > 500 && exact > 500)
        }
    }

    static func question(
        _ dice: inout Dice, _ organization: UUID, _ test: AnalyticsUnderTest
    ) async throws -> FigureQuestion {
        let zone = known(zoneNames.randomElement(using: &dice))
        let granularity = ([nil] + Granularity.allCases).randomElement(using: &dice) ?? nil
        let middle = AnalyticsUnderTest.middle
        let length: ClosedRange<Int64> = granularity == .hour ? 1...30 : 1...200
        let span = Int64.random(in: length, using: &dice) * 86_400_000_000
        let begin = middle + Int64.random(in: -100...20, using: &dice) * 86_400_000_000
        // A moment of the day, or a day's beginning.
        let from: PeriodReader.Edge =
            Bool.random(using: &dice)
            ? .moment(Timestamp(microseconds: begin + Int64.random(in: 0...86_399_999_999, using: &dice)))
            : .day(CalendarDate(daysSinceEpoch: Int32(begin / 86_400_000_000)))
        let period = try await PeriodReader(test.database(organization), test.zones).period(
            from: from, to: .moment(Timestamp(microseconds: begin + span + 86_400_000_000)), zone: zone, by: granularity
        )
        let parts = FigureQuestion.Parts(rawValue: Int.random(in: 0...7, using: &dice))
        var question = FigureQuestion(period, parts: parts)
        question.dimensions = Array(
            FigureDimension.allCases.shuffled(using: &dice).prefix(Int.random(in: 0...2, using: &dice)))
        if Bool.random(using: &dice) {
            question.dimensions = question.dimensions.filter { [.agent, .agentVersion].contains($0) }
        }
        for _ in 0..<Int.random(in: 0...1, using: &dice) {
            let filters = [
                FigureFilter(.agent, .among([AnalyticsUnderTest.agents[0].description])),
                FigureFilter(.agent, .notAmong([AnalyticsUnderTest.agents[1].description])),
                FigureFilter(.direction, .among(["inbound"])), FigureFilter(.reason, .known(true)),
                FigureFilter(.reason, .known(false)), FigureFilter(.segment, .among(["gold"])),
                FigureFilter(.segment, .notAmong(["gold"])),
            ]
            question.filters = [known(filters.randomElement(using: &dice))]
        }
        return question
    }

    /// How many rows were told, and how many percentiles were compared.
    static func compare(
        _ question: FigureQuestion, _ organization: UUID, _ states: [CallState], _ test: AnalyticsUnderTest
    ) async throws -> (Int, Int) {
        let database = test.database(organization)
        let labels = try await labels(states, question.period, test)
        let segments = Dictionary(
            uniqueKeysWithValues: try await database.query(
                "SELECT customer_id, segment FROM customers WHERE organization_id = \(organization)"
            ).map { row in
                let (id, segment) = try row.decode(UUID.self, String.self)
                return (CustomerID(id), segment)
            })
        let expected = Recount(calls: states, labels: labels, segments: segments).groups(question)
        let answer = try await FigureReader(database).answer(question)
        #expect(!answer.hasMore && answer.rows.count >= expected.count)
        var found: [Recount.Group: Recount.Sums] = [:]
        var rows: [Recount.Group: [FigureRow]] = [:]
        for row in answer.rows {
            let group = Recount.Group(label: question.period.parts[row.part].local, values: row.values)
            // An hour that comes twice has one name.
            found[group, default: Recount.Sums()] += Recount.Sums(row)
            rows[group, default: []].append(row)
        }
        #expect(found == expected.mapValues(\.counted), "LEDGERLINE_SEED=\(seed &- 19) \(question)")
        var compared = 0
        for (group, sums) in expected {
            guard let told = rows[group], told.count == 1 else { continue }
            #expect(Set(told[0].latencies.keys) == Set(sums.spans.keys))
            for (stage, spans) in sums.spans {
                compared += expect(told[0].latencies[stage], spans.sorted())
            }
        }
        return (answer.rows.count, compared)
    }

    private static func expect(_ told: FigureRow.Latency?, _ spans: [Int64]) -> Int {
        guard let told else { return 0 }
        #expect(told.turns == Int64(spans.count))
        for (percent, value) in [(50, told.p50), (90, told.p90), (95, told.p95), (99, told.p99)] {
            let exact = spans[(spans.count * percent + 99) / 100 - 1]
            #expect(Double(abs(value - exact)) <= Double(exact) * LatencyBuckets.errorMax, "\(value) for \(exact)")
        }
        return 4
    }

    /// As Postgres says it of each call for itself.
    private static func labels(
        _ states: [CallState], _ period: FigurePeriod, _ test: AnalyticsUnderTest
    ) async throws -> [String?] {
        guard let granularity = period.granularity else { return states.map { _ in nil } }
        let moments = states.map { Timestamp($0.startedAt) }
        let format = granularity == .hour ? "YYYY-MM-DD\"T\"HH24:MI" : "YYYY-MM-DD"
        return try await test.pool.query(
            """
            SELECT to_char(date_trunc(\(granularity.rawValue), m AT TIME ZONE \(period.zone)), \(format))
            FROM unnest(\(moments)) WITH ORDINALITY AS t(m, n) ORDER BY n
            """
        ).map { try $0.decode(String.self) }
    }

    @Test func `sums that follow each change equal those counted from all rows, whatever the batches and versions`()
        async throws
    {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 1)
            let log = try AnalyticsUnderTest.log(&dice, calls: 120)
            let (old, new) = (CallTables(version: 1), CallTables(version: 2))
            try await test.pool.withTransaction { try await new.make(like: old, in: $0) }
            let (live, next) = (CallsConsumer(), CallsConsumer(version: 2))
            for batch in log.batches(&dice, of: 1...25) { try await test.apply(batch, by: live) }
            for batch in log.batches(&dice, of: 2_000...5_000) { try await test.apply(batch, by: next) }
            let first = try await test.pool.withTransaction { try await old.digests(in: $0) }
            let second = try await test.pool.withTransaction { try await new.digests(in: $0) }
            #expect(first == second)
            #expect(first.allSatisfy { !$0.hasPrefix("0 ") })
            try await test.pool.execute("SELECT recount_calls(1)")
            let recounted = try await test.pool.withTransaction { try await old.digests(in: $0) }
            #expect(first == recounted)
        }
    }

    @Test func `an analysis that comes late moves a call's figures and counts it once`() async throws {
        try await AnalyticsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 2)
            var log = CallLog()
            let call = UUID(value: 10)
            let at = Instant(microseconds: AnalyticsUnderTest.middle)
            try log.append(.callReceived(.any(&dice)), to: call, at: at)
            try log.append(
                .callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, duration: 60_000, isBillable: true)),
                to: call, at: at)
            func analyzed(_ success: Bool, _ later: Int64) throws {
                var findings = CallAnalyzed.any(&dice)
                (findings.success, findings.sentiment) = (success, Score(success ? 0.5 : -0.5))
                findings.run = nil
                try log.append(.callAnalyzed(findings), to: call, at: Instant(microseconds: at.microseconds + later))
            }
            try analyzed(true, 1)
            try analyzed(false, 2)
            // It turns out to have begun an hour before.
            try log.append(
                .callRinging(.any(&dice)), to: call, at: Instant(microseconds: at.microseconds - 3_600_000_000))
            let expected: [(successful: Int64, judged: Int64, hour: Int64)] = [
                (0, 0, 0), (0, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, -1),
            ]
            let consumer = CallsConsumer()
            let reader = PeriodReader(test.database(CallLog.organization(of: call)), test.zones)
            let period = try await reader.period(
                from: .moment(Timestamp(microseconds: at.microseconds - 86_400_000_000)),
                to: .moment(Timestamp(microseconds: at.microseconds + 86_400_000_000)), zone: "UTC", by: .hour)
            for (event, expected) in zip(log.events, expected) {
                try await test.apply([event], by: consumer)
                let answer = try await FigureReader(test.database(CallLog.organization(of: call)))
                    .answer(FigureQuestion(period, parts: []))
                #expect(answer.rows.count == 1 && answer.rows[0].measures.calls == 1)
                #expect(answer.rows[0].measures.successful == expected.successful)
                #expect(answer.rows[0].measures.judged == expected.judged)
                let began = period.parts[answer.rows[0].part].from.microseconds
                #expect(began == at.microseconds + expected.hour * 3_600_000_000)
            }
        }
    }

    @Test func `buckets of latencies are the same in the database, and keep their bound`() async throws {
        try await AnalyticsUnderTest.with { test in
            let powers = (0...20).flatMap { power in (-2...2).map { Int64(1) << power + $0 } }
            let spans = powers + (0...3_000).map { Int64($0) } + [-7, .max, 1_048_575, 1_048_574, 3_000_000]
            let told = try await test.pool.query(
                "SELECT latency_bucket(ms) FROM unnest(\(spans)) WITH ORDINALITY AS t(ms, n) ORDER BY n"
            ).map { try $0.decode(Int.self) }
            for (span, bucket) in zip(spans, told) {
                #expect(LatencyBuckets.bucket(of: Milliseconds(span)) == bucket)
                let value = LatencyBuckets.milliseconds(in: bucket)
                guard (0...LatencyBuckets.longest).contains(span) else { continue }
                #expect(Double(abs(value - span)) <= Double(span) * LatencyBuckets.errorMax)
            }
            #expect(told.max() == LatencyBuckets.last && told.min() == 0 && told.count == spans.count)
            for code in 0...LatencyBuckets.last {
                #expect(LatencyBuckets.bucket(of: Milliseconds(LatencyBuckets.milliseconds(in: code))) == code)
            }
        }
    }

    @Test func `periods that can't be told are refused`() async throws {
        try await AnalyticsUnderTest.with { test in
            let reader = PeriodReader(test.database(CallLog.organizations[0]), test.zones)
            let now = Timestamp(microseconds: AnalyticsUnderTest.middle)
            let most = Int64(FigureQuestion.bucketsMax)
            let expected: [(hours: Int64, zone: String, Granularity?, PeriodReader.Refusal?)] = [
                (1, "Europe/Berlin'; DROP TABLE calls; --", nil, .zoneUnknown),
                (1, "Mars/Olympus+3", nil, .zoneUnknown),
                (0, "UTC", nil, .isEmpty), (PeriodReader.daysMax * 24, "UTC", nil, nil),
                (PeriodReader.daysMax * 24 + 1, "UTC", nil, .isTooLong), (most, "UTC", .hour, nil),
                (most + 1, "UTC", .hour, .hasTooManyParts), ((most + 1) * 24, "UTC", .day, .hasTooManyParts),
            ]
            for (hours, zone, granularity, expected) in expected {
                let from = Timestamp(microseconds: now.microseconds - hours * 3_600_000_000)
                var refusal: PeriodReader.Refusal?
                do {
                    _ = try await reader.period(from: .moment(from), to: .moment(now), zone: zone, by: granularity)
                } catch let error as PeriodReader.Refusal {
                    refusal = error
                }
                #expect(refusal == expected, "\(hours) \(zone)")
            }
        }
    }
}
