import CallStories
import Crypto
import Domain
import Glibc
import Jobs
import Loop
import Postgres
import Store
import TestKit
import Testing

/// The workers' process learns from 200 calls, and is killed again and again while it does.
@Suite(.timeLimit(.minutes(4))) struct LearningUnderFireTests {
    private static let seed: UInt64 = 7
    /// Of a hundred rounds so many end a process before they are learned from.
    private static let deadly = 60

    @Test func `workers who are killed at random learn what was written beforehand, and nothing twice`() async throws {
        try await ConsoleUnderTest.with { test in
            for person in try ScriptedHistory.people() {
                try await tell([person.event], to: person.customer, .customer, test)
            }
            var (dice, round, deaths) = (Seeded(Self.seed), 0, 0)
            var isTold = false
            while round < ScriptedHistory.rounds {
                try await ProcessUnderTest.with(
                    .workers,
                    [
                        "DATABASE_URL": test.url, "LEDGERLINE_SETTLED_AFTER": "0s", "SWIFT_BACKTRACE": "enable=no",
                        "LEDGERLINE_LOOPS": "1",
                    ], on: test.loop
                ) { process in
                    try await process.untilReady()
                    while round < ScriptedHistory.rounds {
                        if !isTold {
                            for story in try ScriptedHistory.round(round) {
                                try await test.append(story.events, to: story.call)
                            }
                            isTold = true
                        }
                        if dice.chance(Self.deadly) {
                            try await test.loop.sleep(for: .milliseconds(Int.random(in: 0...400, using: &dice)))
                            process.process.send(SIGKILL)
                            _ = await process.process.exit()
                            try await Self.bury(test)
                            deaths += 1
                            return
                        }
                        try await Self.untilLearned(round, test)
                        (round, isTold) = (round + 1, false)
                    }
                }
            }
            #expect(deaths >= 4)
            try await Self.expectWhatIsWritten(test)
        }
    }

    private func tell(_ events: [NewEvent], to stream: UUID, _ kind: StreamKind, _ test: ConsoleUnderTest) async throws
    {
        let append = StreamAppend(to: stream, kind: kind, of: ConsoleUnderTest.organization, at: .next, events)
        _ = try await test.pool.withTransaction { try await test.log.append(append, in: $0) }
    }

    /// What others would find out after some seconds: nobody holds its lanes and jobs any more. And what they would not: whoever dies over a
    /// lane three times before it has got anywhere is taken to be killed by an event of it, and here it is the dice.
    private static func bury(_ test: ConsoleUnderTest) async throws {
        try await test.pool.execute(
            "UPDATE consumer_lanes SET lease_until = clock_timestamp() - interval '1 second', idle_takeovers = 0")
        try await test.pool.execute("DELETE FROM consumer_workers")
        try await test.pool.execute("DELETE FROM job_workers")
    }

    /// All calls so far were looked at, every consumer is at the end of its lanes, and no job is left.
    private static func untilLearned(_ round: Int, _ test: ConsoleUnderTest) async throws {
        let calls = (round + 1) * ScriptedHistory.customers
        try await test.loop.until("round \(round)", within: .seconds(60), every: .milliseconds(25)) {
            try await test.pool.query(
                """
                SELECT (SELECT count(*) = \(calls) FROM call_analyses_v1)
                    AND NOT EXISTS (SELECT FROM jobs WHERE queue = \(AnalysisJobs.queue) OR kind = \(MemoryErrand.rememberKind))
                    AND NOT EXISTS (SELECT FROM consumer_lanes AS c JOIN LATERAL (
                        SELECT position FROM events WHERE lane = c.lane ORDER BY position DESC LIMIT 1
                    ) AS e ON e.position > c.position)
                """
            ).one.decode(Bool.self)
        }
    }

    private static func expectWhatIsWritten(_ test: ConsoleUnderTest) async throws {
        let learned = WhatWasLearned(in: test.pool)
        for number in 0..<ScriptedHistory.customers {
            let memories = try await learned.memories(of: number)
            #expect(memories == ScriptedHistory.memories[number], "customer \(number)")
        }
        #expect(try await learned.told == ScriptedHistory.told)
        #expect(try await learned.patterns == ScriptedHistory.patterns)
        let looks = try await test.pool.query(
            """
            SELECT count(*), count(DISTINCT stream_id), count(DISTINCT event_id) FROM events WHERE type = 'call.analyzed'
            """
        ).one.decode(Int.self, Int.self, Int.self)
        #expect(looks == (200, 200, 200))
        let letters = try await test.pool.query(
            "SELECT concat_ws(' ', consumer, error_class, error) FROM dead_letters"
        ).map { try $0.decode(String.self) }
        #expect(letters == [])
        #expect(
            try await test.pool.query("SELECT FROM jobs_done WHERE outcome NOT IN ('completed', 'discarded')").isEmpty)
    }
}
