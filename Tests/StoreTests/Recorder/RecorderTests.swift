import Crypto
import Domain
import Journal
import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import Store

/// From a call's words to the log, past everything that may be in the way.
@Suite(.timeLimit(.minutes(2))) struct RecorderTests {
    private static func with(_ body: @escaping @Sendable (LogUnderTest, TemporaryFolder) async throws -> Void)
        async throws
    {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                try await LogUnderTest.with(on: loops.first, appenders: 0) { test in try await body(test, folder) }
            }
        }
    }

    private static let speaking = CallEvent.callerStartedSpeaking(CallerStartedSpeaking(mediaAt: 10))

    @Test func `what a call's session says is in its stream, in its order, while nobody waited`() async throws {
        try await Self.with { test, folder in
            try await RecorderUnderTest.with(through: test.pool, in: folder.path("journal")) { recording in
                let calls = (0..<5).map { _ in
                    CallRecord(of: CallID(UUID.v7()), OrganizationID(LogUnderTest.organization), in: recording.recorder)
                }
                for second in 0..<40 {
                    for call in calls {
                        try call.record([Self.speaking, Self.speaking], at: Instant(microseconds: Int64(second)))
                    }
                }
                try await test.loop.until("all taken") { recording.recorder.statistics.eventsTaken == 400 }
                try await recording.untilIdle()
                let all = try await test.everything()
                #expect(all.count == 400 && Set(all.map(\.stream)).count == 5)
                for (_, events) in Dictionary(grouping: all, by: \.stream) {
                    let times = events.sorted { $0.version < $1.version }.map(\.occurredAt.microseconds)
                    #expect(times == times.sorted())
                }
                #expect(recording.journal.statistics.depth == 0)
            }
        }
    }

    @Test func `a call ends once, whoever tells it first, and nothing else is lost`() async throws {
        try await Self.with { test, folder in
            try await RecorderUnderTest.with(through: test.pool, in: folder.path("journal")) { recording in
                for isFirst in [true, false] {
                    let call = CallID(UUID.v7())
                    let ended = CallEvent.callEnded(
                        CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true))
                    let other = try NewEvent(
                        .call(ended), id: CallEndID.of(call.uuid), at: Instant(microseconds: 7))
                    let told = StreamAppend(
                        to: call.uuid, kind: .call, of: LogUnderTest.organization, at: .next, [other])
                    let log = try await EventLog.read(through: .pool(test.pool))
                    func tell() async throws {
                        _ = try await test.pool.withTransaction { try await log.append(told, in: $0) }
                    }
                    if isFirst { try await tell() }
                    let record = CallRecord(
                        sharing: call, OrganizationID(LogUnderTest.organization), in: recording.recorder)
                    try record.record([Self.speaking, ended, Self.speaking], at: Instant(microseconds: 9))
                    try await test.loop.until("all of it in the log") {
                        try await log.events(of: call.uuid, through: .pool(test.pool)).count == 3
                    }
                    try await recording.untilIdle()
                    if !isFirst { try await tell() }
                    let events = try await log.events(of: call.uuid, through: .pool(test.pool))
                    #expect(events.map(\.version) == [1, 2, 3])
                    let types = [EventType.callEnded, .callerStartedSpeaking, .callerStartedSpeaking].map(\.rawValue)
                    #expect(events.map(\.type) == (isFirst ? types : [types[1], types[0], types[1]]))
                    #expect(events.first { $0.type == types[0] }?.occurredAt.microseconds == (isFirst ? 7 : 9))
                }
                #expect(recording.happened.conflicts == 0 && recording.happened.lost == 0)
            }
        }
    }

    @Test func `what a process before left in the journal is sent at the start, once, and before what is new`()
        async throws
    {
        try await Self.with { test, folder in
            let stream = UUID.v7()
            let left = (1...200).map { append(to: stream, at: .version(Int32($0)), [event()]) }
            var journaling = JournalLimits()
            journaling.segmentBytesMax = 2_000
            journaling.gathering = .milliseconds(1)
            let journal = try await Journal.open(folder.path("journal"), on: test.loop, limits: journaling)
            for entry in left { try await journal.untilDurable(journal.append(JournalEntry.bytes(of: entry))) }
            // One that a later release wrote.
            try await journal.untilDurable(journal.append([JournalEntry.form + 1, 0]))
            await journal.close()

            for round in 0..<2 {
                try await RecorderUnderTest.with(
                    through: test.pool, in: folder.path("journal"), journaling: journaling
                ) { recording in
                    let next = append(to: stream, at: .version(Int32(201 + round)), [event()])
                    #expect(recording.recorder.take(next))
                    try await recording.untilIdle()
                    #expect(recording.recorder.statistics.recordsSentAgain == 200 + round)
                    #expect(recording.happened.unreadable == [201] && recording.happened.conflicts == 0)
                    #expect(recording.journal.statistics.depth == 1)
                }
            }
            let all = try await test.everything()
            #expect(all.map(\.version) == (1...202).map { Int32($0) })
            #expect(all.prefix(200).map(\.id) == left.map { $0.events[0].id })
        }
    }

    @Test func `what memory has no room for stays in the journal until its turn, and none is lost`() async throws {
        try await Self.with { test, folder in
            var limits = RecorderLimits()
            (limits.sentEventsMax, limits.sentBytesMax, limits.heldBytesMax) = (5, 2_000, 3_000)
            var journaling = JournalLimits()
            journaling.segmentBytesMax = 4_000
            journaling.gathering = .zero
            try await RecorderUnderTest.with(
                through: test.pool, in: folder.path("journal"), limits: limits, journaling: journaling
            ) { recording in
                let streams = (0..<3).map { _ in UUID.v7() }
                for version in 1...100 {
                    for stream in streams {
                        #expect(
                            recording.recorder.take(append(to: stream, at: .version(Int32(version)), [event()])))
                    }
                    let written = recording.journal.statistics.recordsTaken
                    try await test.loop.until("it is durable") {
                        recording.journal.statistics.recordsDurable == written
                    }
                }
                try await test.loop.until("all of it in the log", within: .seconds(30)) {
                    try await test.pool.query("SELECT count(*) FROM events").one.decode(Int.self) == 300
                }
                #expect(recording.happened.conflicts == 0 && recording.happened.lost == 0)
            }
            #expect(try await test.everything().count == 300)
        }
    }

    @Test func `where memory is full and the disk takes nothing, the newest is refused and its version is free`()
        async throws
    {
        try await Self.with { test, folder in
            var limits = RecorderLimits()
            (limits.sentEventsMax, limits.heldBytesMax) = (0, 1_000)
            var journaling = JournalLimits()
            journaling.bytesMax = 0
            journaling.pause = .milliseconds(1)
            limits.drain = .milliseconds(10)
            try await RecorderUnderTest.with(
                through: test.pool, in: folder.path("journal"), limits: limits, journaling: journaling
            ) { recording in
                let stream = UUID.v7()
                var taken: Int32 = 0
                while recording.recorder.take(append(to: stream, at: .version(taken + 1), [event()])) { taken += 1 }
                let fit = Int32(limits.heldBytesMax / append(to: stream, at: .next, [event()]).byteCount)
                #expect(taken == fit && recording.recorder.statistics.eventsLost == 1 && recording.happened.lost == 1)
            }
        }
    }

    @Test func `an event whose forerunner never comes, and one in another's place, are given up aloud`() async throws {
        try await Self.with { test, folder in
            var limits = RecorderLimits()
            (limits.gapPatience, limits.gapPause) = (.milliseconds(200), .milliseconds(20))
            try await RecorderUnderTest.with(through: test.pool, in: folder.path("journal"), limits: limits) {
                recording in
                let (gap, taken) = (UUID.v7(), UUID.v7())
                #expect(recording.recorder.take(append(to: gap, at: .version(2), [event()])))
                #expect(recording.recorder.take(append(to: taken, at: .version(1), [event()])))
                #expect(recording.recorder.take(append(to: taken, at: .version(1), [event()])))
                try await recording.untilIdle()
                #expect(recording.happened.conflicts == 2 && recording.recorder.statistics.eventsRefused == 2)
                #expect(recording.journal.statistics.depth == 0)
                // What comes before it in time comes before it in the log, whatever the order it was sent in.
                let late = UUID.v7()
                #expect(recording.recorder.take(append(to: late, at: .version(2), [event()])))
                #expect(recording.recorder.take(append(to: late, at: .version(1), [event()])))
                try await recording.untilIdle()
                #expect(try await test.log.version(of: late, through: .pool(test.pool)) == 2)
            }
        }
    }
}
