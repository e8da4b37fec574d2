import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

@Suite(.serialized, .timeLimit(.minutes(2))) struct AppendTests {
    @Test func `events are stored as they were given, and read back`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                let first = NewEvent(
                    id: .v7(), type: "call.started", schemaVersion: 3, occurredAt: Timestamp(microseconds: 1_234_567),
                    keyID: 42, payload: Array(#"{"from": "sealed"}"#.utf8), meta: Array(#"{"by": "test"}"#.utf8))
                let second = event()
                let verdict = try await test.appender.append(append(to: stream, at: .version(1), [first, second]))
                let lane = test.log.lane(of: stream)
                #expect(
                    verdict == .appended(AppendReceipt(lane: lane, versions: 1...2, positions: 1...2, duplicates: 0)))
                let read = try await test.log.events(of: stream, through: .pool(test.pool))
                #expect(
                    read.map(\.version) == [1, 2] && read.map(\.position) == [1, 2] && read.map(\.lane) == [lane, lane])
                #expect(read.map(\.id) == [first.id, second.id])
                let one = try #require(read.first)
                #expect(one.type == "call.started" && one.schemaVersion == 3 && one.keyID == 42)
                #expect(one.occurredAt == first.occurredAt && one.organization == LogUnderTest.organization)
                #expect(one.payload == first.payload && one.meta == first.meta)
                #expect(read[1].meta == nil && read[1].keyID == nil)
                let (kind, owner) = try await test.pool.query(
                    "SELECT kind, organization_id FROM streams WHERE stream_id = \(stream)"
                ).one.decode(String.self, UUID.self)
                #expect(kind == StreamKind.call.rawValue && owner == LogUnderTest.organization)
            }
        }
    }

    @Test func `sent again, whole or with more, it is recognised`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                let (lane, all) = (test.log.lane(of: stream), events(5))
                _ = try await test.appender.append(append(to: stream, at: .version(1), Array(all[..<3])))
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(1), Array(all[..<3])))
                        == .duplicate(AppendReceipt(lane: lane, versions: 1...3, positions: 1...3, duplicates: 3)))
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(2), Array(all[1...])))
                        == .appended(AppendReceipt(lane: lane, versions: 2...5, positions: 2...5, duplicates: 2)))
                #expect(try await test.everything().map(\.id) == all.map(\.id))
                #expect(test.appender.statistics.duplicates == 5)
                #expect(test.appender.statistics.eventsAppended == 5)
            }
        }
    }

    @Test func `another event in its place, or a gap before it, is a conflict`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                let first = events(2)
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(2), events(1)))
                        == .conflict(actual: 0))
                _ = try await test.appender.append(append(to: stream, at: .version(1), first))
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(2), events(1)))
                        == .conflict(actual: 2))
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(1), [first[0], event(), event()]))
                        == .conflict(actual: 2))
                #expect(
                    try await test.appender.append(append(to: stream, at: .version(4), events(1)))
                        == .conflict(actual: 2))
                #expect(try await test.everything().count == 2)
                #expect(test.appender.statistics.conflicts == 4)
            }
        }
    }

    @Test func `only the offender of a batch is refused`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let streams = (0..<20).map { _ in UUID.v7() }
                let verdicts = try await test.together(
                    streams.enumerated().map { append(to: $1, at: .version($0 == 7 ? 2 : 1), events(3)) })
                for (index, verdict) in verdicts.enumerated() {
                    if index == 7 { #expect(verdict == .conflict(actual: 0)) } else { #expect(verdict.receipt != nil) }
                }
                #expect(test.appender.statistics.flushes == 1)
                #expect(try await test.everything().count == 57)
            }
        }
    }

    @Test func `what follows upon each other goes in one batch`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let (stream, other) = (UUID.v7(), UUID.v7())
                let verdicts = try await test.together([
                    append(to: stream, at: .version(1), events(2)), append(to: other, at: .next, events(1)),
                    append(to: stream, at: .version(3), events(3)), append(to: other, at: .next, events(2)),
                ])
                #expect(verdicts.compactMap(\.receipt?.versions) == [1...2, 1...1, 3...5, 2...3])
                #expect(test.appender.statistics.flushes == 1)
                for verdict in verdicts {
                    guard let receipt = verdict.receipt else { continue }
                    #expect(receipt.positions.count == receipt.versions.count)
                }
                _ = try await test.everything()
            }
        }
    }

    @Test func `the log chooses versions and remembers them`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                let (first, second) = (events(2), events(1))
                let one = try await test.appender.append(append(to: stream, at: .next, first))
                let two = try await test.appender.append(append(to: stream, at: .next, second))
                #expect(one.receipt?.versions == 1...2 && two.receipt?.versions == 3...3)
                let again = try await test.appender.append(append(to: stream, at: .next, first))
                #expect(
                    again
                        == .duplicate(
                            AppendReceipt(
                                lane: test.log.lane(of: stream), versions: 1...2, positions: 1...2, duplicates: 2)))
                let part = try await test.appender.append(append(to: stream, at: .next, [first[1]]))
                #expect(part.receipt?.versions == 2...2 && part.receipt?.positions == 2...2)
                let mixed = try await test.appender.append(append(to: stream, at: .next, [second[0], event()]))
                #expect(mixed == .conflict(actual: 3))
                let elsewhere = try await test.appender.append(append(to: .v7(), at: .next, first))
                #expect(elsewhere == .conflict(actual: 0))
                #expect(try await test.everything().count == 3)
            }
        }
    }

    @Test func `a stream of another organization is not appended to`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                _ = try await test.appender.append(append(to: stream, at: .version(1), events(1)))
                await #expect(throws: AppendError.anotherOrganization) {
                    try await test.appender.append(
                        append(to: stream, at: .version(2), events(1), of: UUID(value: 0xB2)))
                }
                #expect(try await test.everything().count == 1)
            }
        }
    }

    @Test func `a stream stays in its lane when lanes are added`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let streams = (0..<64).map { _ in UUID.v7() }
                let before = try await test.together(streams.map { append(to: $0, at: .version(1), events(1)) })
                try await test.pool.execute("UPDATE log_meta SET lanes = 23")
                let grown = try await EventLog.read(through: .pool(test.pool))
                #expect(grown.lanes == 23)
                #expect(streams.contains { grown.lane(of: $0) != test.log.lane(of: $0) })
                let later = EventAppender(test.pool)
                let life = Task(executorPreference: test.loop) { await later.run() }
                let after = try await test.together(
                    streams.map { append(to: $0, at: .version(2), events(1)) }, by: later)
                #expect(after.map(\.receipt?.lane) == before.map(\.receipt?.lane))
                await later.close()
                await life.value
                try await test.pool.withTransaction { session in
                    let verdict = try await grown.append(
                        append(to: streams[0], at: .version(3), events(1)), in: session)
                    #expect(verdict.receipt?.lane == before[0].receipt?.lane)
                }
                #expect(try await test.everything().count == 129)
            }
        }
    }

    @Test func `lanes are filled evenly`() {
        for lanes in [1, 16, 20] as [Int16] {
            var counts = [Int](repeating: 0, count: Int(lanes))
            for _ in 0..<8_000 { counts[Int(LaneChoice.lane(of: .v7(), among: lanes))] += 1 }
            let fair = 8_000 / Int(lanes)
            #expect(counts.allSatisfy { $0 > fair / 2 && $0 <= fair * 2 }, "\(counts)")
        }
    }

    @Test func `one event that the server can't take does not stop the others`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let streams = (0..<100).map { _ in UUID.v7() }
                let results = await test.results(
                    of: streams.enumerated().map { index, stream in
                        let words = index == 61 ? #"{"broken": "# : index == 62 ? #"{"nul": "\u0000"}"# : "{}"
                        return append(to: stream, at: .version(1), [event(.v7(), words)])
                    })
                for (index, result) in results.enumerated() {
                    switch (index, result) {
                    case (61, .failure(.refused(let code))): #expect(code == .server(.invalidTextRepresentation))
                    case (62, .failure(.refused(let code))): #expect(code == .server(SQLState("22P05")))
                    case (_, .success(let verdict)): #expect(verdict.receipt?.versions == 1...1)
                    default: Issue.record("\(index): \(result)")
                    }
                }
                let stored = try await test.everything()
                #expect(stored.count == 98)
            }
        }
    }

    @Test func `what no log would take is refused at once`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let twice = event()
                let big = event(.v7(), "\"" + String(repeating: "x", count: AppendLimits.batchBytesMax) + "\"")
                let bad = [
                    append(to: .v7(), at: .version(1), []), append(to: .v7(), at: .version(0), events(1)),
                    append(to: .v7(), at: .version(.max), events(1)),
                    append(to: .v7(), at: .version(1), events(AppendLimits.batchEventsMax + 1)),
                    append(to: .v7(), at: .next, [twice, twice]), append(to: .v7(), at: .version(1), [big]),
                ]
                for one in bad {
                    do {
                        _ = try await test.appender.append(one)
                        Issue.record("accepted")
                    } catch {
                        guard case .invalid(let why)? = error as? AppendError else {
                            Issue.record("\(error)")
                            continue
                        }
                        #expect(!why.isEmpty)
                    }
                }
                #expect(test.appender.statistics.flushes == 0)
            }
        }
    }

    @Test func `a batch ends at its limits`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let verdicts = try await test.together(
                    (0..<5).map { _ in append(to: .v7(), at: .version(1), events(AppendLimits.batchEventsMax / 2)) })
                #expect(verdicts.allSatisfy { $0.receipt != nil })
                #expect(test.appender.statistics.flushes == 3)
                let half = "\"" + String(repeating: "x", count: AppendLimits.batchBytesMax / 2) + "\""
                _ = try await test.together(
                    (0..<3).map { _ in append(to: .v7(), at: .version(1), [event(.v7(), half)]) })
                #expect(test.appender.statistics.flushes == 6)
            }
        }
    }
}
