import Crypto
import Loop
import Postgres
import Store
import TestKit
import Testing

/// Random histories against the model. A failure names its seed; `LEDGERLINE_SEED` repeats it, `LEDGERLINE_HISTORIES` says
/// how many.
@Suite(.serialized, .timeLimit(.minutes(3))) struct AppendModelTests {
    private static let histories = 10_000
    private static let atOnce = 500

    @Test func `random histories end as the model says`() async throws {
        let seed = Seeded.setting("LEDGERLINE_SEED") ?? .random(in: 0...(.max >> 1))
        let count = Seeded.setting("LEDGERLINE_HISTORIES").map(Int.init) ?? Self.histories
        print("append histories: LEDGERLINE_SEED=\(seed) LEDGERLINE_HISTORIES=\(count)")
        try await Loops.with { loops in
            // Two flushes at once for one of the writers' sake: order must hold there too.
            var limits = AppendLimits()
            limits.flushesInFlight = 2
            try await LogUnderTest.with(on: loops.first, appenders: 2, limits: limits) { test in
                var done: [History] = []
                var next = 0
                while next < count {
                    let batch = next..<min(count, next + Self.atOnce)
                    next = batch.upperBound
                    try await withThrowingTaskGroup(of: History.self) { group in
                        for index in batch {
                            group.addTask(executorPreference: test.loop) {
                                var history = History(seed: seed &+ UInt64(index), test)
                                try await history.run()
                                return history
                            }
                        }
                        for try await history in group { done.append(history) }
                    }
                }
                #expect(done.count == count)
                let stored = try await test.everything()
                try Self.compare(stored, done)
                let statistics = test.appenders.map(\.statistics)
                #expect(statistics.reduce(0) { $0 + $1.eventsAppended } == stored.count)
                #expect(statistics.allSatisfy { $0.flushesFailed == 0 && $0.eventsWaiting == 0 })
            }
        }
    }

    private static func compare(_ stored: [RecordedEvent], _ histories: [History]) throws {
        var streams: [UUID: [RecordedEvent]] = [:]
        for event in stored { streams[event.stream, default: []].append(event) }
        for history in histories {
            let repeated = "LEDGERLINE_SEED=\(history.seed) LEDGERLINE_HISTORIES=1"
            for (id, receipt) in history.receipts {
                let events = try #require(streams[id], "\(repeated)")
                let ends = [receipt.versions.lowerBound, receipt.versions.upperBound].map {
                    events[Int($0) - 1].position
                }
                #expect(
                    ends == [receipt.positions.lowerBound, receipt.positions.upperBound], "\(repeated): \(receipt)")
                #expect(events[0].lane == receipt.lane, "\(repeated)")
            }
            for (id, stream) in history.model.streams {
                let found = streams.removeValue(forKey: id) ?? []
                #expect(found.map(\.id) == stream.ids, "\(repeated)")
                #expect(found.allSatisfy { $0.organization == stream.organization }, "\(repeated)")
            }
        }
        #expect(streams.isEmpty)
    }
}
