import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct LogReadingTests {
    @Test func `a lane is read page by page, and a stream between versions`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                #expect(try await test.log.heads(through: .pool(test.pool)) == [Int64](repeating: 0, count: 16))
                let stream = UUID.v7()
                let lane = test.log.lane(of: stream)
                let all = events(25)
                _ = try await test.appender.append(append(to: stream, at: .version(1), all))
                var read: [RecordedEvent] = []
                while true {
                    let page = try await test.log.page(
                        lane: lane, after: read.last?.position ?? 0, limit: 10, through: .pool(test.pool))
                    if page.isEmpty { break }
                    #expect(page.count == min(10, 25 - read.count))
                    read += page
                }
                #expect(read.map(\.id) == all.map(\.id))
                let some = try await test.log.events(of: stream, from: 5, upTo: 7, through: .pool(test.pool))
                #expect(some.map(\.version) == [5, 6, 7])
                #expect(try await test.log.events(of: .v7(), through: .pool(test.pool)).isEmpty)
                #expect(try await test.log.version(of: stream, through: .pool(test.pool)) == 25)
                #expect(try await test.log.version(of: .v7(), through: .pool(test.pool)) == 0)
                let heads = try await test.log.heads(through: .pool(test.pool))
                #expect(heads.reduce(0, +) == 25 && heads[Int(lane)] == 25)
            }
        }
    }

    @Test func `a hole is told, with its place`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                let lane = test.log.lane(of: stream)
                _ = try await test.appender.append(append(to: stream, at: .version(1), events(5)))
                try await test.pool.execute("ALTER TABLE events DISABLE TRIGGER events_are_kept")
                try await test.pool.execute("DELETE FROM events WHERE stream_id = \(stream) AND version = 3")
                await #expect(throws: LogIsCorrupt.lane(lane, missing: 3)) {
                    try await test.log.page(lane: lane, after: 0, limit: 100, through: .pool(test.pool))
                }
                await #expect(throws: LogIsCorrupt.lane(lane, missing: 3)) {
                    try await test.log.page(lane: lane, after: 2, limit: 1, through: .pool(test.pool))
                }
                await #expect(throws: LogIsCorrupt.stream(stream, missing: 3)) {
                    try await test.log.events(of: stream, through: .pool(test.pool))
                }
                #expect(try await test.log.page(lane: lane, after: 3, limit: 100, through: .pool(test.pool)).count == 2)
            }
        }
    }

    @Test func `a page has a most`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let stream = UUID.v7()
                var version: Int32 = 1
                while version <= Int32(EventLog.pageMax) {
                    _ = try await test.appender.append(append(to: stream, at: .version(version), events(1_000)))
                    version += 1_000
                }
                _ = try await test.appender.append(append(to: stream, at: .version(version), events(1)))
                let page = try await test.log.page(
                    lane: test.log.lane(of: stream), after: 0, limit: .max, through: .pool(test.pool))
                #expect(page.count == EventLog.pageMax)
                #expect(
                    try await test.log.events(of: stream, limit: .max, through: .pool(test.pool)).count
                        == EventLog.pageMax)
            }
        }
    }
}
