import Crypto
import Loop
import Postgres
import Store
import Synchronization
import TestKit
import Testing

/// Events that a consumer can't take, and what becomes of those around them.
@Suite(.serialized, .timeLimit(.minutes(3))) struct PoisonTests {
    private static let somebody = UUID(value: 0x5B)

    /// Which versions of which stream are bad, until they are mended.
    private final class Poison: Sendable {
        private let bad: Mutex<Set<Int32>>
        let stream = UUID.v7()

        init(_ versions: Set<Int32>) { bad = Mutex(versions) }

        func mend() { bad.withLock { $0 = [] } }

        func check(_ events: [RecordedEvent]) throws {
            let bad = bad.withLock { $0 }
            if events.contains(where: { $0.stream == stream && bad.contains($0.version) }) {
                throw EffectConsumer.Unreadable()
            }
        }
    }

    @Test func `a bad event among 500 stops its stream, and the other 499 have their effect once`() async throws {
        try await ConsumersUnderTest.with { test in
            let poison = Poison([1])
            let consumer = try EffectConsumer { events, _ in try poison.check(events) }
            let told = Told()
            let worker = test.worker(consumer) { told.add($0) }
            // Streams of one lane, so that they are one batch.
            let lane = test.log.lane(of: poison.stream)
            var others: [UUID] = []
            while others.count < 2 {
                let stream = UUID.v7()
                if test.log.lane(of: stream) == lane { others.append(stream) }
            }
            try await test.append(249, to: others[0])
            try await test.append(1, to: poison.stream)
            try await test.append(250, to: others[1])
            try await test.working(worker) {
                try await test.untilDone()
                try await test.append(3, to: poison.stream)
                try await test.append(3, to: others[0])
                try await test.untilDone()
                #expect(worker.statistics.eventsParked == 1)
                #expect(worker.statistics.eventsDiverted == 3)
                #expect(worker.statistics.eventsApplied == 502)
                // Halvings and tries; no batch was repeated for it.
                #expect(worker.statistics.failuresOfEvents <= 9 + Int(ConsumerLimits.triesMax))
            }
            #expect(told.parked.count == 1)
            let findings = try await test.findings()
            #expect(findings.effects == 502 && findings.missing == 4 && findings.twice == 0 && findings.outOfOrder == 0)

            let letters = try await DeadLetters(test.pool).letters(of: .consumer(consumer.name))
            #expect(letters.map(\.version) == [1, 2, 3, 4])
            #expect(letters.map(\.errorClass) == ["Unreadable", "behind", "behind", "behind"])
            #expect(letters[0].attempts == ConsumerLimits.triesMax)
            #expect(letters.allSatisfy { $0.stream == poison.stream && $0.organization == LogUnderTest.organization })
            #expect(try await test.pool.query("SELECT FROM consumer_failures").isEmpty)
            let counts = try await ParkedCount.read(through: .pool(test.pool))
            #expect(counts.map(\.streams) == [1] && counts.map(\.letters) == [4])
        }
    }

    @Test func `letters are replayed in order while new events arrive, also by who comes after one that died`()
        async throws
    {
        try await ConsumersUnderTest.with { test in
            let poison = Poison([3])
            let isSlow = Flag()
            let consumer = try EffectConsumer { [loop = test.loop] events, _ in
                try poison.check(events)
                if !isSlow.isRaised { try await loop.sleep(for: .milliseconds(2)) }
            }
            try await test.append(250, to: poison.stream)
            let first = test.worker(consumer)
            try await test.working(first) { try await test.untilDone() }
            let letters = DeadLetters(test.pool)
            #expect(
                try await letters.parkedStreams(of: .organization(LogUnderTest.organization)).map(\.letters) == [248])

            poison.mend()
            isSlow.lower()
            // A page is done, the second one is not: it dies there, and nobody says so.
            let replay = Replay(of: poison.stream, by: consumer, test.log, test.pool)
            let life = Task(executorPreference: test.loop) { try await replay.run(pageSize: 20) }
            try await test.loop.until("some effects") { try await test.effects() > 40 }
            life.cancel()
            _ = await life.result
            let rest = try await letters.letters(of: .consumer(consumer.name)).count
            #expect(rest > 0 && rest < 248)

            let told = Told()
            let second = test.worker(consumer) { told.add($0) }
            try await test.working(second) {
                #expect(
                    try await letters.askForReplay(
                        LetterRuling(on: poison.stream, for: consumer.name, by: Self.somebody)))
                for _ in 0..<30 { try await test.append(3, to: poison.stream) }
                try await test.loop.until("the end of the letters") { !told.replays.isEmpty }
                try await test.append(5, to: poison.stream)
                try await test.untilDone()
                // Whatever lined up behind the last page of the replay that was.
                try await letters.askForReplay(LetterRuling(on: poison.stream, for: consumer.name, by: Self.somebody))
                try await test.loop.until("no letters") {
                    try await letters.letters(of: .consumer(consumer.name)).isEmpty
                }
            }
            let findings = try await test.findings()
            #expect(findings.isExact && findings.events == 345, "\(findings)")
            #expect(try await letters.parkedStreams(of: .consumer(consumer.name)).isEmpty)
            let resolved = try await letters.letters(of: .consumer(consumer.name), state: .resolved)
            #expect(resolved.allSatisfy { $0.decidedAt != nil })
            #expect(resolved.contains { $0.decidedBy == Self.somebody })
        }
    }

    @Test func `a replay that meets the same fault keeps what is behind it`() async throws {
        try await ConsumersUnderTest.with { test in
            let poison = Poison([2, 5])
            let consumer = try EffectConsumer { events, _ in try poison.check(events) }
            try await test.append(6, to: poison.stream)
            try await test.working(test.worker(consumer)) { try await test.untilDone() }
            let replay = Replay(of: poison.stream, by: consumer, test.log, test.pool)
            let letters = DeadLetters(test.pool)
            let parked = try await letters.letters(of: .consumer(consumer.name))
            #expect(parked.map(\.version) == [2, 3, 4, 5, 6])
            #expect(try await replay.run() == .stuck(at: parked[0].position, applied: 0))
            let ruling = LetterRuling(on: poison.stream, for: consumer.name, by: Self.somebody)
            #expect(try await letters.discard([parked[0].id], ruling) == 1)
            #expect(try await replay.run() == .stuck(at: parked[3].position, applied: 2))
            let stuck = try await letters.letters(of: .both(consumer.name, LogUnderTest.organization))
            #expect(stuck.map(\.version) == [5, 6])
            #expect(stuck[0].attempts == 1)
            poison.mend()
            #expect(try await replay.run() == .done(applied: 2))
            #expect(try await replay.run() == .done(applied: 0))
            let findings = try await test.findings()
            #expect(findings.effects == 5 && findings.twice == 0 && findings.outOfOrder == 0)
            let discarded = try await letters.letters(of: .consumer(consumer.name), state: .discarded)
            #expect(discarded.map(\.version) == [2] && discarded[0].decidedBy == Self.somebody)
        }
    }

    @Test func `more replays than one round looks up are all done`() async throws {
        try await ConsumersUnderTest.with { test in
            let isMended = Flag()
            let consumer = try EffectConsumer { _, _ in if isMended.isRaised { throw EffectConsumer.Unreadable() } }
            let streams = (0..<(ConsumerWorker.replaysAtOnce + 4)).map { _ in UUID.v7() }
            for stream in streams { try await test.append(2, to: stream) }
            let letters = DeadLetters(test.pool)
            try await test.working(test.worker(consumer)) {
                try await test.untilDone()
                isMended.lower()
                for stream in streams {
                    let ruling = LetterRuling(on: stream, for: consumer.name, by: Self.somebody)
                    #expect(try await letters.askForReplay(ruling))
                }
                try await test.loop.until("no parked streams") {
                    try await letters.parkedStreams(of: .consumer(consumer.name)).isEmpty
                }
            }
            #expect(try await test.findings().isExact)
        }
    }

    @Test func `lists come in pages, and a stream of which everything is discarded is free again`() async throws {
        try await ConsumersUnderTest.with { test in
            let poison = Poison([1])
            let consumer = try EffectConsumer { events, _ in try poison.check(events) }
            let count = ConsumerLimits.listPageMax + 20
            try await test.append(count, to: poison.stream)
            try await test.working(test.worker(consumer)) { try await test.untilDone() }
            let letters = DeadLetters(test.pool)
            let first = try await letters.letters(of: .consumer(consumer.name), limit: .max)
            #expect(first.count == ConsumerLimits.listPageMax)
            let second = try await letters.letters(of: .consumer(consumer.name), after: try #require(first.last).id)
            #expect(second.count == 20)
            #expect(try await letters.letters(of: .organization(UUID(value: 1))).isEmpty)
            let ruling = LetterRuling(on: poison.stream, for: consumer.name, by: Self.somebody)
            #expect(try await letters.discard(first.map(\.id), ruling) == first.count)
            #expect(try await letters.parkedStreams(of: .consumer(consumer.name)).map(\.letters) == [20])
            #expect(try await letters.discard((first + second).map(\.id), ruling) == 20)
            #expect(try await letters.parkedStreams(of: .consumer(consumer.name)).isEmpty)
            #expect(try await letters.discard([1], ruling) == 0)
            #expect(try await !letters.askForReplay(ruling))
            try await test.append(2, to: poison.stream)
            try await test.working(test.worker(consumer)) { try await test.untilDone() }
            #expect(try await test.effects() == 2)
        }
    }

    @Test func `trouble elsewhere parks nothing, however often`() async throws {
        try await ConsumersUnderTest.with { test in
            let left = Mutex(25)
            let consumer = try EffectConsumer { _, _ in
                let isOut = left.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isOut { throw ServiceFailure("embeddings", .status([429, 500, 503].randomElement() ?? 503)) }
            }
            let told = Told()
            let worker = test.worker(consumer) { told.add($0) }
            try await test.append(20)
            try await test.working(worker) {
                try await test.untilDone()
                // Each of them is a failure of all lanes that went together.
                #expect(worker.statistics.failuresOfInfrastructure >= 25)
                #expect(worker.statistics.failuresOfEvents == 0)
            }
            #expect(told.parked.isEmpty)
            #expect(try await test.pool.query("SELECT FROM consumer_failures").isEmpty)
            #expect(try await test.findings().isExact)
        }
    }

    /// A worker that is cancelled in the middle of a batch leaves what a killed process leaves: a transaction undone, and a
    /// lease that nobody renews.
    @Test func `an event that kills whoever applies it is found in single steps and parked`() async throws {
        try await ConsumersUnderTest.with { test in
            let killer = UUID.v7()
            let lane = test.log.lane(of: killer)
            var other = UUID.v7()
            while test.log.lane(of: other) != lane { other = UUID.v7() }
            try await test.append(7, to: other)
            try await test.append(2, to: killer)
            try await test.append(5, to: other)
            let deaths = Deaths()
            let consumer = try EffectConsumer { [loop = test.loop] events, _ in
                guard events.contains(where: { $0.stream == killer && $0.version == 1 }) else { return }
                deaths.one()
                try await loop.sleep(for: .seconds(600))
            }
            let told = Told()
            var starts = 0
            while told.parked.isEmpty {
                starts += 1
                try #require(starts < 20)
                let before = deaths.count
                let worker = test.worker(consumer) { told.add($0) }
                let life = Task(executorPreference: test.loop) { await worker.run() }
                try await test.loop.until("a death, or the end of the lag") {
                    deaths.count > before || !told.parked.isEmpty
                }
                if deaths.count > before {
                    life.cancel()
                    await life.value
                    try await test.expireLeases()
                    continue
                }
                try await test.untilDone()
                worker.stop()
                await life.value
            }
            // Three owners died over batches, three over the event alone.
            #expect(deaths.count == 6)
            #expect(told.parked.map(\.note.errorClass) == ["crash"])
            #expect(told.stepping > 0)
            let letters = try await DeadLetters(test.pool).letters(of: .consumer(consumer.name))
            #expect(letters.map(\.version) == [1, 2])
            #expect(letters.map(\.errorClass) == ["crash", "behind"])
            let findings = try await test.findings()
            #expect(findings.effects == 12 && findings.missing == 2 && findings.twice == 0 && findings.outOfOrder == 0)
        }
    }

    private final class Deaths: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func one() { number.withLock { $0 += 1 } }
    }
}
