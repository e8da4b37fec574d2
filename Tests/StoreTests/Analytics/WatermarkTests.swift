import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Figures that are read from a replica say how far behind the log they are.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WatermarkTests {
    @Test func `a replica that hears nothing any more is as old as the first event it lacks`() async throws {
        try await TwoServers.with { servers in
            try await withPool(at: servers.primary.url, on: servers.loop) { primary in
                let log = try await EventLog.read(through: .pool(primary))
                let organization = OrganizationID(UUID(value: 0xA1))
                let database = TenantDatabase(organization, in: primary, log: log)
                func happens() async throws -> RecordedEvent {
                    var dice = Dice(seed: 1)
                    let stream = UUID.v7()
                    let fact = CallEvent.callReceived(.any(&dice))
                    let event = try NewEvent(.call(fact), id: EventID(.v7()), at: Instant(Timestamp.now))
                    let append = StreamAppend(to: stream, kind: .call, of: organization.uuid, at: .next, [event])
                    _ = try await primary.withTransaction { try await log.append(append, in: $0) }
                    let found = try await log.events(of: stream, through: .pool(primary))
                    try #require(found.count == 1)
                    // As the consumer does, which runs on the primary.
                    try await primary.withTransaction { session in
                        try await CallsConsumer().apply(found, in: session)
                        try await session.query(
                            """
                            INSERT INTO consumer_lanes (consumer, lane, position)
                            VALUES ('calls@1', \(found[0].lane), \(found[0].position))
                            ON CONFLICT (consumer, lane) DO UPDATE SET position = excluded.position
                            """)
                    }
                    return found[0]
                }
                let known = try await happens()
                try await servers.untilCaughtUp()
                try await servers.cut()
                let missing = try await happens()
                try await withPool(at: servers.standby.url, on: servers.loop) { replica in
                    let fresh = try await Watermark.read(of: database, from: primary, primary: primary)
                    #expect(fresh.lag == .zero && fresh.place[missing.lane] == missing.position)
                    let old = try await Watermark.read(of: database, from: replica, primary: primary)
                    #expect(old.time == missing.recordedAt && old.lag > .zero)
                    #expect(old.place[known.lane] == known.position && !old.place.covers(fresh.place))
                    let wish = try await PeriodReader(database.through(replica), ZoneNames()).period(
                        from: nil, to: .moment(Timestamp.now + .seconds(60)), zone: "UTC", by: nil)
                    for (pool, calls) in [(primary, Int64(2)), (replica, 1)] {
                        let answer = try await FigureReader(database.through(pool))
                            .answer(FigureQuestion(wish, parts: [.costs, .latencies, .moods]))
                        #expect(answer.rows.map(\.measures.calls) == [calls])
                    }
                }
            }
        }
    }
}
