import CallStories
import Crypto
import Domain
import Postgres
import Store
import Synchronization
import Testing
import Wire

/// 200 calls by 20 customers: what is learned and remembered of them is what a person wrote down beforehand.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ScriptedHistoryTests {
    /// Whoever dies all the time needs three times as long, and has done everything there is to do after so many rounds.
    private static let roundsOfDeath = 4

    private static func with(
        chaotic: Bool, _ body: @escaping @Sendable (LearningUnderTest) async throws -> Void
    ) async throws {
        try await LearningUnderTest.with(chaotic: chaotic, remembering: true) { test in
            for person in try ScriptedHistory.people() {
                try await test.tell([person.event], to: person.customer, .customer)
            }
            try await body(test)
        }
    }

    private static func learn(from rounds: Range<Int>, _ test: LearningUnderTest) async throws {
        for round in rounds {
            for story in try ScriptedHistory.round(round) { try await test.tell(story) }
            try await test.settle()
        }
    }

    @Test func `it comes out as written, from events that say so, and from the log alone to the last byte`()
        async throws
    {
        let calm = Mutex<[String: String]>([:])
        try await Self.with(chaotic: false) { test in
            try await Self.learn(from: 0..<Self.roundsOfDeath, test)
            let digests = try await test.digests(withTimes: false)
            calm.withLock { $0 = digests }
            try await Self.learn(from: Self.roundsOfDeath..<ScriptedHistory.rounds, test)
            _ = try await test.embed()
            try await Self.expectWhatIsWritten(test)
            try await Self.expectMemoriesWithSources(test)
            try await Self.expectPatternsWithSources(test)
            try await Self.expectTheSameFromTheLog(test)
        }
        // Whoever works dies before the end of each transaction once, and does all of it twice.
        try await Self.with(chaotic: true) { test in
            try await Self.learn(from: 0..<Self.roundsOfDeath, test)
            let digests = try await test.digests(withTimes: false)
            #expect(digests == calm.withLock { $0 })
        }
    }

    private static func expectWhatIsWritten(_ test: LearningUnderTest) async throws {
        let looks = try await test.pool.query(
            "SELECT count(*), count(*) FILTER (WHERE success), count(*) FILTER (WHERE NOT success) FROM call_analyses_v1"
        ).one.decode(Int.self, Int.self, Int.self)
        #expect([looks.0, looks.1, looks.2] == ScriptedHistory.looks)
        let learned = WhatWasLearned(in: test.pool)
        for number in 0..<ScriptedHistory.customers {
            let memories = try await learned.memories(of: number)
            #expect(memories == ScriptedHistory.memories[number], "customer \(number)")
        }
        #expect(try await learned.told == ScriptedHistory.told)
        #expect(try await learned.patterns == ScriptedHistory.patterns)
        #expect(try await test.pool.query("SELECT FROM memories_v1 WHERE embedding IS NULL").isEmpty)
        #expect(try await test.pool.query("SELECT FROM patterns_v1 WHERE embedding IS NULL").isEmpty)
    }

    /// Each memory names the words that taught it, and each of its own words was said there.
    private static func expectMemoriesWithSources(_ test: LearningUnderTest) async throws {
        let texts = try await test.texts()
        var checked = 0
        for row in try await test.pool.query(
            "SELECT m.kind, m.content, m.call_id, m.call_version, m.event_ids, c.customer_id = m.customer_id FROM memories_v1 AS m JOIN calls_v1 AS c USING (call_id)"
        ) {
            let (kind, content, call, version, events, isTheirs) = try row.decode(
                String.self, String.self, UUID.self, Int32.self, [UUID].self, Bool.self)
            let sources = events.compactMap { texts[$0] }
            #expect(isTheirs && sources.count == events.count && !events.isEmpty, "\(content)")
            #expect(sources.allSatisfy { $0.stream == call && $0.version <= version })
            if kind == MemoryKind.sentiment.rawValue {
                // What is said of how they felt is what the last of the scores says.
                let scores = sources.compactMap(\.score)
                #expect(scores.count == sources.count && sources.contains { $0.version == version }, "\(content)")
                #expect(content.contains("content") == (scores.last ?? 0 > 0), "\(content)")
                checked += 1
                continue
            }
            #expect(sources.contains { $0.tool == "remember" && $0.version == version })
            // What stands before the colon is what it is about; the rest is the caller's.
            let told = content.split(separator: ": ").last.map(String.init) ?? content
            let said = sources.flatMap { SpokenWords.of($0.words) }
            #expect(SpokenWords.of(told).allSatisfy(said.contains), "nobody said \(told)")
            checked += 1
        }
        #expect(checked == ScriptedHistory.memories.joined().count)
    }

    /// Each pattern names a call in which it was seen and the events that show it, and all calls that speak for it.
    private static func expectPatternsWithSources(_ test: LearningUnderTest) async throws {
        let texts = try await test.texts()
        var checked = 0
        for row in try await test.pool.query(
            "SELECT pattern_id, kind, summary, call_id, call_version, event_ids, details::text FROM patterns_v1")
        {
            let (id, kind, summary, call, version, events, details) = try row.decode(
                UUID.self, String.self, String.self, UUID.self, Int32.self, [UUID].self, String.self)
            let sources = events.compactMap { texts[$0] }
            #expect(sources.count == events.count && !events.isEmpty, "\(summary)")
            #expect(sources.allSatisfy { $0.stream == call && $0.version <= version })
            switch PatternKind(rawValue: kind) {
            case .phrasing:
                let phrase = summary.dropFirst("Say “".count).dropLast()
                #expect(sources.contains { String($0.words.map { $0.isNumber ? "#" : $0 }) == phrase }, "\(summary)")
            case .toolPath:
                let tools = Set(sources.compactMap(\.tool))
                let named = Set(
                    summary.dropFirst("Use ".count).dropLast().split(separator: ", then ").map(String.init))
                #expect(tools == named, "\(summary)")
            default: Issue.record("nobody wrote of \(kind)")
            }
            guard case .array(let calls)? = try JSONValue(json: Array(details.utf8))["calls"] else {
                Issue.record("no calls speak for \(summary)")
                continue
            }
            let ids = calls.compactMap { $0.text.flatMap { UUID($0) } }
            #expect(ids.count == calls.count)
            #expect(ids.count >= PatternJudgement.callsMin && ids.contains(call))
            let seen = try await test.pool.query(
                "SELECT count(*) FROM pattern_sightings_v1 WHERE pattern_id = \(id) AND call_id = ANY (\(ids))"
            ).one.decode(Int.self)
            #expect(seen == ids.count, "\(summary)")
            checked += 1
        }
        #expect(checked == ScriptedHistory.patterns.count)
    }

    private static func expectTheSameFromTheLog(_ test: LearningUnderTest) async throws {
        let before = try await test.digests(withPlaces: true)
        let (events, jobs) = (try await test.count("events"), try await test.count("jobs"))
        try await test.rebuild()
        let built = try await test.embed()
        #expect(built.texts > 1_000 && built.reckoned == 0, "each place was kept by what its text says")
        #expect(try await test.digests(withPlaces: true) == before)
        #expect(try await test.count("events") == events)
        #expect(try await test.count("jobs") == jobs)
    }
}
