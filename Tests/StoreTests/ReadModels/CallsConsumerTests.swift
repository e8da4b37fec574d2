import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// The calls' read model on a real Postgres.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CallsConsumerTests {
    private static let seed = RoundTripTests.seed

    @Test func `however the log is cut in batches, the tables say what its fold says`() async throws {
        try await CallsUnderTest.with { test in
            var dice = Dice(seed: Self.seed)
            let log = try CallLog.any(&dice, calls: 60)
            let live = CallsConsumer()
            for batch in log.batches(&dice, of: 1...90) { try await test.apply(batch, by: live) }
            #expect(live.statistics.events == log.events.count)
            #expect(try await test.count(CallTables.live.calls) == log.facts.count)
            var totals: [UUID: CallTotals] = [:]
            for (stream, facts) in log.facts {
                let folded = try #require(CallState.folded(facts))
                #expect(try await test.stored(stream) == folded.kept, "LEDGERLINE_SEED=\(Self.seed)")
                totals[CallLog.organization(of: stream), default: CallTotals()] += CallTotals(folded)
            }
            for organization in CallLog.organizations {
                try await Self.expectCounters(totals[organization] ?? CallTotals(), of: organization, test)
            }
        }
    }

    /// Both days on which the imagined calls start.
    private static func expectCounters(
        _ expected: CallTotals, of organization: UUID, _ test: CallsUnderTest
    ) async throws {
        var sum = CallTotals()
        var counters: LiveCounters?
        for day: Int32 in 19_674...19_676 {
            let read = try await LiveCounters.read(
                of: OrganizationID(organization), on: CalendarDate(daysSinceEpoch: day), through: test.pool)
            sum += read.day
            counters = read
        }
        #expect(sum == expected, "LEDGERLINE_SEED=\(seed)")
        #expect(counters?.queued == expected.queued)
        #expect(counters?.ringing == expected.ringing)
        #expect(counters?.inProgress == expected.inProgress)
        #expect(counters?.transferring == expected.transferring)
        #expect(counters?.live == expected.calls - expected.ended)
        #expect(expected.calls > 10 && expected.ended > 0 && expected.ended < expected.calls)
    }

    @Test func `a version built from scratch beside the live one is the same, and readers go over to it`() async throws
    {
        try await CallsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 1)
            let log = try CallLog.any(&dice, calls: 50)
            let (live, next) = (CallsConsumer(), CallsConsumer(version: 2))
            for batch in log.batches(&dice, of: 1...40) { try await test.apply(batch, by: live) }
            let (old, new) = (CallTables(version: 1), CallTables(version: 2))
            try await test.pool.withTransaction { try await new.make(like: old, in: $0) }
            for batch in log.batches(&dice, of: 1_000...5_000) { try await test.apply(batch, by: next) }
            let digests = try await test.pool.withTransaction { session in
                (try await old.digests(in: session), try await new.digests(in: session))
            }
            #expect(digests.0 == digests.1, "LEDGERLINE_SEED=\(Self.seed)")
            #expect(digests.0.allSatisfy { !$0.hasPrefix("0 ") })

            // One more event for the new version: seen only once the views point there.
            let stream = try #require(log.facts.keys.first)
            var more = log
            try more.append(
                .providerFellBack(.any(&dice)), to: stream, at: Instant(microseconds: 1_700_006_400_000_000))
            try await test.apply(more.events.suffix(1), by: next)
            let folded = try #require(CallState.folded(more.facts[stream] ?? []))
            #expect(try await test.stored(stream)?.version == folded.version - 1)
            try await test.pool.withTransaction { try await new.expose(in: $0) }
            #expect(try await test.stored(stream) == folded.kept)
            let changed = try await test.pool.withTransaction { try await new.digests(in: $0) }
            #expect(zip(changed, digests.1).map(==) == [false, true, true, true, false, false])
        }
    }

    @Test func `a call that turns out to be yesterday's is counted there, and nowhere else`() async throws {
        try await CallsUnderTest.with { test in
            var dice = Dice(seed: 6)
            var log = CallLog()
            let call = UUID(value: 10)
            try log.append(.callDialed(.any(&dice)), to: call, at: Instant(microseconds: 86_400_000_000))
            try log.append(.callRequested(.any(&dice)), to: call, at: Instant(microseconds: 86_399_999_999))
            let (old, new) = (CallTables(version: 1), CallTables(version: 2))
            try await test.pool.withTransaction { try await new.make(like: old, in: $0) }
            let consumer = CallsConsumer()
            for event in log.events { try await test.apply([event], by: consumer) }
            try await test.apply(log.events, by: CallsConsumer(version: 2))
            let organization = OrganizationID(CallLog.organization(of: call))
            for (day, calls): (Int32, Int64) in [(0, 1), (1, 0)] {
                let counters = try await LiveCounters.read(
                    of: organization, on: CalendarDate(daysSinceEpoch: day), through: test.pool)
                #expect(counters.day.calls == calls && counters.queued == 1)
            }
            let digests = try await test.pool.withTransaction { session in
                (try await old.digests(in: session), try await new.digests(in: session))
            }
            #expect(digests.0 == digests.1)
        }
    }

    @Test func `a page of 5,000 events is a handful of statements`() async throws {
        try await CallsUnderTest.with { test in
            var dice = Dice(seed: Self.seed &+ 2)
            var log = CallLog()
            while log.events.count < 10_000 { log = try CallLog.any(&dice, calls: 300, turns: 3...8) }
            let consumer = CallsConsumer()
            for page in [log.events[..<5_000], log.events[5_000..<10_000]] {
                let before = consumer.statistics.statements
                try await test.apply(page, by: consumer)
                let statements = consumer.statistics.statements - before
                #expect(statements <= CallsStatistics.statementsPerBatchMax)
                #expect(statements >= 5)
            }
            // The second page writes all six tables and has read four: the bound is reached, not only kept.
            #expect(consumer.statistics.statements == 2 * CallsStatistics.statementsPerBatchMax)
            #expect(try await test.count(CallTables.live.turns) > 500)
        }
    }

    @Test func `what other streams say, and what nobody knows yet, is passed over and counted`() async throws {
        try await CallsUnderTest.with { test in
            var dice = Dice(seed: 7)
            let (call, customer, stranger) = (UUID(value: 10), UUID(value: 20), UUID(value: 30))
            let unknown = NewEvent(
                id: .v7(), type: "call.whispered", schemaVersion: 1, occurredAt: Timestamp(microseconds: 5),
                payload: Array("{}".utf8))
            var log = CallLog()
            log.append(unknown, to: stranger)
            log.append(unknown, to: call)
            try log.append(.callDialed(.any(&dice)), to: call, at: Instant(microseconds: 1_000_000))
            log.append(
                try NewEvent(.customer(.customerErased(.any(&dice))), id: EventID(.v7()), at: Instant(microseconds: 1)),
                to: customer)
            log.append(unknown, to: call)
            let consumer = CallsConsumer()
            for event in log.events { try await test.apply([event], by: consumer) }
            #expect(consumer.statistics.unknownEvents == 3)
            #expect(consumer.statistics.events == 5)
            #expect(try await test.count(CallTables.live.calls) == 1)
            let state = try #require(try await test.stored(call))
            #expect(state.version == 3)
            #expect(state.startedAt == Instant(microseconds: 1_000_000))
        }
    }

    @Test func `an event that can't be read stops its batch, and nothing of it stays`() async throws {
        try await CallsUnderTest.with { test in
            var log = CallLog()
            let call = UUID(value: 10)
            var dice = Dice(seed: 8)
            try log.append(.callDialed(.any(&dice)), to: call, at: Instant(microseconds: 1))
            log.append(
                NewEvent(
                    id: .v7(), type: "call.ended", schemaVersion: 2, occurredAt: Timestamp(microseconds: 2),
                    payload: Array(#"{"ended_reason":"tired"}"#.utf8)), to: call)
            let consumer = CallsConsumer()
            let error = await #expect(throws: CodecError.self) { try await test.apply(log.events, by: consumer) }
            #expect(error?.type == .callEnded)
            #expect(try await test.count(CallTables.live.calls) == 0)
            #expect(consumer.statistics == CallsStatistics())
        }
    }

    @Test func `the processes' role reads and writes, and owns nothing`() async throws {
        try await CallsUnderTest.with { test in
            let schema = try #require(test.pool.configuration.searchPath.first)
            try await test.pool.execute("GRANT USAGE ON SCHEMA \(schema) TO ledgerline_app")
            var configuration = try PostgresConfiguration(Services.processURL)
            configuration.searchPath = test.pool.configuration.searchPath
            let pool = PostgresPool(configuration, on: test.pool.loop)
            var dice = Dice(seed: 9)
            let log = try CallLog.any(&dice, calls: 3, turns: 2...3)
            let consumer = CallsConsumer()
            for batch in log.batches(&dice, of: 5...20) {
                try await pool.withTransaction { try await consumer.apply(Array(batch), in: $0) }
            }
            let stream = try #require(log.facts.keys.first)
            let organization = OrganizationID(CallLog.organization(of: stream))
            #expect(try await CallReader(pool).get(CallID(stream), of: organization) != nil)
            let error = await #expect(throws: PostgresError.self) { try await pool.execute("TRUNCATE calls_v1") }
            #expect(error?.sqlState?.description == "42501")
            await pool.close()
        }
    }

    @Test func `every column that holds what a person said or is reached by says so`() async throws {
        try await CallsUnderTest.with { test in
            let schema = try #require(test.pool.configuration.searchPath.first).name
            let marked = try await test.pool.query(
                """
                SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = \(schema))
                    AND col_description(a.attrelid, a.attnum) LIKE 'personal%' ORDER BY 1
                """
            ).map { try $0.decode(String.self) }
            #expect(
                marked == [
                    "call_analyses_v1.extracted", "call_analyses_v1.summary", "call_analyses_v1.topics",
                    "call_orders.parcel", "calls_v1.from_number", "calls_v1.metadata", "calls_v1.summary",
                    "calls_v1.to_number", "customer_handles.handle", "customers_v1.emails", "customers_v1.external_ids",
                    "customers_v1.metadata", "customers_v1.name", "customers_v1.phones", "memories_v1.content",
                    "memories_v1.embedding", "memories_v1.metadata", "memories_v1.words",
                    "pattern_sightings_v1.details",
                    "pattern_sightings_v1.summary", "patterns_v1.details", "patterns_v1.summary",
                    "phone_numbers.number", "search_texts_v1.content_sha256", "search_texts_v1.embedding",
                    "search_texts_v1.text", "search_texts_v1.words", "transcript_segments_v1.text", "users.email",
                    "users.name", "waiting_facts.payload",
                ])
        }
    }
}
