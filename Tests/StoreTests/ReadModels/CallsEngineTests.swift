import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// The calls' read model as the engine runs it: from the log, all lanes at once, with a call that can't be read among others.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CallsEngineTests {
    @Test func `a new version is built from the log, equals the live one, and is switched to with its views`()
        async throws
    {
        try await ConsumersUnderTest.with { test in
            var dice = Dice(seed: RoundTripTests.seed &+ 5)
            var calls: [UUID: [ImaginedCall.Moment]] = [:]
            for _ in 0..<40 { calls[.v7()] = ImaginedCall.any(&dice, turns: 1...3) }
            let broken = UUID.v7()
            let bad = NewEvent(
                id: .v7(), type: "call.ended", schemaVersion: 2, occurredAt: Timestamp(microseconds: 0),
                payload: Array("{}".utf8))
            _ = try await test.test.appender.append(StoreTests.append(to: broken, at: .next, [bad]))
            for (stream, moments) in calls { try await Self.append(moments, to: stream, test) }

            let (old, new) = (CallTables(version: 1), CallTables(version: 2))
            try await test.pool.withTransaction { try await new.make(like: old, in: $0) }
            let (live, next) = (CallsConsumer(), CallsConsumer(version: 2))
            let rebuild = Rebuild(test.pool)
            try await test.working(test.worker(live)) {
                try await test.untilDone(live.name.description)
                try await test.working(test.worker(next)) {
                    try await test.untilDone(next.name.description)
                    let verdict = try await rebuild.switchOver(to: next.name) { session in
                        let digests = (try await old.digests(in: session), try await new.digests(in: session))
                        #expect(digests.0 == digests.1, "LEDGERLINE_SEED=\(RoundTripTests.seed)")
                        try await new.expose(in: session)
                    }
                    #expect(verdict == .switched(from: live.name))
                    // From here on only the new version moves, and it is what readers see.
                    for stream in calls.keys {
                        let event = CallEvent.providerFellBack(.any(&dice))
                        let moment = ImaginedCall.Moment(at: Instant(microseconds: 1_700_006_400_000_000), event: event)
                        calls[stream]?.append(moment)
                        try await Self.append([moment], to: stream, test)
                    }
                    try await test.untilDone(next.name.description)
                }
            }
            let organization = OrganizationID(LogUnderTest.organization)
            var (fallbacks, expected) = (0, 0)
            for (stream, moments) in calls {
                let row = try await CallReader(test.pool).get(CallID(stream), of: organization)
                #expect(row.map { Int($0.state.version) } == moments.count)
                fallbacks += row?.state.fallbackCount ?? 0
                expected += moments.count { if case .providerFellBack = $0.event { true } else { false } }
            }
            #expect(fallbacks == expected && expected >= 40)
            #expect(try await CallReader(test.pool).get(CallID(broken), of: organization) == nil)
            let parked = try await test.pool.query(
                "SELECT consumer FROM parked_streams WHERE stream_id = \(broken) ORDER BY 1"
            )
            .map { try $0.decode(String.self) }
            #expect(parked == ["calls@1", "calls@2"])
            // Sixteen lanes at once have counted, each in rows of its own.
            let (sum, lanes) = try await test.pool.query(
                "SELECT coalesce(sum(calls), 0)::bigint, count(DISTINCT lane) FROM call_counters"
            ).one.decode(Int.self, Int.self)
            #expect(sum == 40 && lanes > 4)
        }
    }

    private static func append(
        _ moments: [ImaginedCall.Moment], to stream: UUID, _ test: ConsumersUnderTest
    ) async throws {
        let events = try moments.map { try NewEvent(.call($0.event), id: EventID(.v7()), at: $0.at) }
        let verdict = try await test.test.appender.append(StoreTests.append(to: stream, at: .next, events))
        try #require(verdict.receipt != nil)
    }
}
