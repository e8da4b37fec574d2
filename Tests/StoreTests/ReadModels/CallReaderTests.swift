import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing

/// Reading one's own writes, and travelling in time.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CallReaderTests {
    private static let call = UUID(value: 10)
    private static var organization: OrganizationID { OrganizationID(CallLog.organization(of: call)) }

    private static func log() throws -> CallLog {
        var dice = Dice(seed: 4)
        var log = CallLog()
        try log.append(.callRequested(.any(&dice)), to: call, at: Instant(microseconds: 1_000))
        try log.append(.callDialed(.any(&dice)), to: call, at: Instant(microseconds: 2_000))
        return log
    }

    @Test func `a reader waits until the version it was told is there`() async throws {
        try await CallsUnderTest.with { test in
            let log = try Self.log()
            let consumer = CallsConsumer()
            let reader = CallReader(test.pool)
            try await test.apply(log.events.prefix(1), by: consumer)
            async let waiting = reader.get(
                CallID(Self.call), of: Self.organization, minVersion: 2, patience: .seconds(60))
            try await test.apply(log.events.suffix(1), by: consumer)
            let row = try await waiting
            #expect(row.state.version == 2)
            #expect(row.state.dialedAt == Instant(microseconds: 2_000))
        }
    }

    @Test func `who has no patience left is told how far it is`() async throws {
        try await CallsUnderTest.with { test in
            let reader = CallReader(test.pool)
            let nothing = await #expect(throws: NotYetProjected.self) {
                _ = try await reader.get(
                    CallID(Self.call), of: Self.organization, minVersion: 2, patience: .milliseconds(20))
            }
            #expect(nothing == NotYetProjected(call: CallID(Self.call), wanted: 2, projected: nil))
            try await test.apply(try Self.log().events.prefix(1), by: CallsConsumer())
            let behind = await #expect(throws: NotYetProjected.self) {
                _ = try await reader.get(CallID(Self.call), of: Self.organization, minVersion: 2, patience: .zero)
            }
            #expect(behind == NotYetProjected(call: CallID(Self.call), wanted: 2, projected: 1))
            #expect(try await reader.get(CallID(Self.call), of: Self.organization)?.state.version == 1)
        }
    }

    @Test func `another organization's call is none`() async throws {
        try await CallsUnderTest.with { test in
            try await test.apply(try Self.log().events, by: CallsConsumer())
            let reader = CallReader(test.pool)
            let other = OrganizationID(value: 0xFF)
            #expect(try await reader.get(CallID(Self.call), of: other) == nil)
            #expect(try await reader.turns(of: CallID(Self.call), of: other).isEmpty)
        }
    }

    @Test func `a call at each of its versions is the fold of so many events, and at the last one its row`()
        async throws
    {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                var dice = Dice(seed: 12)
                let moments = ImaginedCall.any(&dice, turns: 3...5)
                let stream = UUID.v7()
                let events = try moments.map { try NewEvent(.call($0.event), id: EventID(.v7()), at: $0.at) }
                _ = try await test.appender.append(append(to: stream, at: .version(1), events))
                let recorded = try await test.log.events(of: stream, through: .pool(test.pool))
                try await test.pool.withTransaction { try await CallsConsumer().apply(recorded, in: $0) }

                let history = CallHistory(test.log)
                let organization = OrganizationID(LogUnderTest.organization)
                let facts = zip(recorded, moments).map {
                    CallFact(version: $0.version, id: EventID($0.id), at: $1.at, $1.event)
                }
                for version in 1...events.count {
                    let state = try await history.state(
                        of: CallID(stream), of: organization, at: Int32(version), through: .pool(test.pool))
                    #expect(state == CallState.folded(facts.prefix(version)))
                }
                let head = try #require(
                    try await history.state(of: CallID(stream), of: organization, through: .pool(test.pool)))
                let row = try #require(try await CallReader(test.pool).get(CallID(stream), of: organization))
                var summary = head.kept
                (summary.turns, summary.segments, summary.toolUses) = ([:], [:], [:])
                #expect(row.state == summary)
                #expect(head.context != nil)
                #expect(
                    try await history.state(of: CallID(stream), of: OrganizationID(value: 1), through: .pool(test.pool))
                        == nil)
            }
        }
    }
}
