import CallStories
import Crypto
import Domain
import Postgres
import Store
import Synchronization
import Testing
import Wire

/// A scripted history, and all that is learned from it.
@Suite(.timeLimit(.minutes(4)), .serialized) struct LearningHistoryTests {
    private static let calls = 48
    private static let customers = 6

    private static func learned(
        chaotic: Bool = false, _ body: @escaping @Sendable (LearningUnderTest) async throws -> Void
    ) async throws {
        try await LearningUnderTest.with(chaotic: chaotic) { test in
            for story in try CallStory.history(calls, customers: customers) {
                try await test.tell(story)
                try await test.settle()
            }
            try await body(test)
        }
    }

    @Test func `what comes out is what a person would expect`() async throws {
        try await Self.learned { test in
            let looks = try await test.pool.query(
                "SELECT count(*), count(*) FILTER (WHERE success), count(*) FILTER (WHERE NOT success), count(DISTINCT call_id) FROM call_analyses_v1"
            ).one.decode(Int.self, Int.self, Int.self, Int.self)
            // Every order is found; of the appointments every fourth is made.
            #expect(looks == (48, 30, 18, 48))
            let intents = try await test.pool.query(
                "SELECT intent, count(*) FROM calls_v1 GROUP BY intent ORDER BY intent"
            ).map { try $0.decode(String?.self, Int.self) }
            #expect(intents.map(\.0) == ["book", "order_status"] && intents.map(\.1) == [24, 24])
            #expect(try await test.pool.query("SELECT FROM calls_v1 WHERE success IS NULL OR summary IS NULL").isEmpty)

            let patterns = try await test.pool.query(
                """
                SELECT kind, summary, uses, round(success_rate::numeric, 4)::text, retired_reason, agent_id FROM patterns_v1
                ORDER BY kind, summary
                """
            ).map { try $0.decode(String.self, String.self, Int64.self, String.self, String?.self, UUID.self) }
            let (orders, visits) = (CallStory.agents[0].uuid, CallStory.agents[1].uuid)
            let found = patterns.map {
                "\($0.0) \($0.1) \($0.2) \($0.3) \($0.4 ?? "-") \($0.5 == orders ? "orders" : $0.5 == visits ? "visits" : "?")"
            }
            #expect(
                found == [
                    "phrasing Say “Order #### left us and will arrive tomorrow.” 24 1.0000 - orders",
                    "phrasing Say “You are booked for friday at nine.” 6 1.0000 - visits",
                    "tool_path Use find_order. 24 1.0000 - orders",
                    "tool_path Use look_in_old_calendar, then book_slot. 6 1.0000 - visits",
                ])
            // The way that failed was seen all the same, and never learned.
            let failed = try await test.pool.query(
                "SELECT count(*), count(*) FILTER (WHERE success) FROM pattern_sightings_v1 WHERE summary = 'Use look_in_old_calendar.'"
            ).one.decode(Int.self, Int.self)
            #expect(failed == (18, 0))
        }
    }

    @Test func `every row leads to events whose words are in it`() async throws {
        try await Self.learned { test in
            let texts = try await test.texts()
            var checked = 0
            for row in try await test.pool.query(
                "SELECT call_id, version, summary, topics, event_ids, success_reason FROM call_analyses_v1"
            ) {
                let (call, version, summary, topics, events, reason) = try row.decode(
                    UUID.self, Int32.self, String.self, [String]?.self, [UUID].self, String?.self)
                #expect(!events.isEmpty && reason != nil)
                let sources = events.compactMap { texts[$0] }
                #expect(sources.count == events.count, "an event that is not there")
                #expect(sources.allSatisfy { $0.stream == call && $0.version < version })
                for quote in summary.split(separator: "“").dropFirst() {
                    let words = try #require(quote.split(separator: "”").first)
                    #expect(sources.contains { $0.words.contains(words) }, "nobody said \(words)")
                    checked += 1
                }
                for topic in topics ?? [] {
                    #expect(sources.contains { SpokenWords.of($0.words).contains(topic) }, "nobody said \(topic)")
                }
            }
            #expect(checked == 2 * Self.calls)
            for row in try await test.pool.query(
                "SELECT pattern_id, call_id, call_version, kind, summary, event_ids FROM pattern_sightings_v1")
            {
                let (_, call, version, kind, summary, events) = try row.decode(
                    UUID.self, UUID.self, Int32.self, String.self, String.self, [UUID].self)
                let sources = events.compactMap { texts[$0] }
                #expect(sources.count == events.count && !events.isEmpty)
                #expect(sources.allSatisfy { $0.stream == call && $0.version <= version })
                if kind == PatternKind.phrasing.rawValue {
                    let said = summary.dropFirst("Say “".count).dropLast()
                    #expect(sources.contains { String($0.words.map { $0.isNumber ? "#" : $0 }) == said })
                }
                if kind == PatternKind.toolPath.rawValue {
                    let names = sources.compactMap(\.tool)
                    #expect(!names.isEmpty && names.allSatisfy { summary.contains($0) }, "\(summary)")
                }
            }
            // A pattern's own words are those of the sightings it was learned from.
            let loose = try await test.pool.query(
                """
                SELECT FROM patterns_v1 AS p WHERE NOT EXISTS (SELECT FROM pattern_sightings_v1 AS s
                    WHERE s.pattern_id = p.pattern_id AND s.call_id = p.call_id AND s.summary = p.summary
                    AND s.event_ids = p.event_ids AND s.call_version = p.call_version)
                    OR uses <> (SELECT count(*) FROM pattern_sightings_v1 AS s WHERE s.pattern_id = p.pattern_id)
                """)
            #expect(loose.isEmpty)
        }
    }

    @Test func `built again from the log, every row is the same to the last byte`() async throws {
        try await Self.learned { test in
            let before = try await test.digests()
            #expect(
                before.filter { $0.value == "none" }.keys.sorted() == ["memories_v1", "pattern_offers_v1"],
                "nobody was given any, or asked to keep anything")
            let (events, jobs) = (try await test.count("events"), try await test.count("jobs"))
            try await test.rebuild()
            #expect(try await test.digests() == before)
            #expect(try await test.count("events") == events)
            #expect(try await test.count("jobs") == jobs)
            // Nothing is left to be told either.
            try await test.settle()
            #expect(try await test.count("events") == events)
        }
    }

    @Test func `what does harm to the calls that are given it retires itself`() async throws {
        try await LearningUnderTest.with { test in
            for story in try CallStory.history(2 * PatternJudgement.comparedMin, customers: 6) {
                try await test.tell(story)
            }
            try await test.settle()
            let agent = CallStory.agents[0]
            let patterns = PatternReader(test.tenant())
            let offered = try await patterns.offered(to: agent, limit: 10)
            #expect(offered.count == 2 && offered.allSatisfy(\.isOffered))
            let pattern = try #require(offered.first)
            #expect(try await patterns.offered(to: CallStory.agents[1], limit: 10).count == 2)
            // All that are given it fail; nothing of it is seen in them.
            for number in 0..<PatternJudgement.comparedMin {
                var story = try CallStory(1_000 + number, agent: agent, customer: CallStory.customer(number))
                try story.add(
                    .contextLoaded(
                        ContextLoaded(memories: [], patterns: [RecalledPattern(pattern: pattern.id)])))
                try story.caller("where is my order")
                try story.end(.mediaLost)
                try await test.tell(story)
                try await test.settle()
                let isLast = number == PatternJudgement.comparedMin - 1
                let left = try await patterns.offered(to: agent, limit: 10).map(\.id)
                #expect(left.contains(pattern.id) != isLast, "call \(number)")
            }
            let end = Timestamp.now + .seconds(60)
            let begin = Timestamp(microseconds: 1_700_000_000_000_000)
            let figures = try await PatternFigures.read(from: begin, to: end, test.tenant())
            let figure = try #require(figures.first { $0.kind == pattern.kind })
            #expect(figure.offered == PatternJudgement.comparedMin && figure.judged == PatternJudgement.comparedMin)
            #expect(figure.helped == 0 && figure.retired == 1)
            // Counted again, nothing more is told.
            let events = try await test.count("events")
            try await test.rebuild()
            try await test.settle()
            #expect(try await test.count("events") == events)
        }
    }

    @Test func `workers who die in the middle and do all of it twice change nothing`() async throws {
        let calm = Mutex<[String: String]>([:])
        try await Self.learned { test in
            let digests = try await test.digests(withTimes: false)
            calm.withLock { $0 = digests }
        }
        try await Self.learned(chaotic: true) { test in
            #expect(try await test.digests(withTimes: false) == calm.withLock { $0 })
            let twice = try await test.pool.query(
                "SELECT FROM events WHERE type = 'call.analyzed' GROUP BY stream_id HAVING count(*) > 1")
            #expect(twice.isEmpty)
        }
    }
}

extension LearningUnderTest {
    struct Source {
        let stream: UUID
        let version: Int32
        let words: String
        let tool: String?
        let score: Double?
    }

    /// What each event of the log says.
    func texts() async throws -> [UUID: Source] {
        let rows = try await pool.query(
            """
            SELECT event_id, stream_id, version, coalesce(payload ->> 'text', payload ->> 'heard_text', ''),
                payload ->> 'name', (payload ->> 'score')::float8 FROM events
            """)
        var all: [UUID: Source] = [:]
        for row in rows {
            let (id, stream, version, words, tool, score) = try row.decode(
                UUID.self, UUID.self, Int32.self, String.self, String?.self, Double?.self)
            all[id] = Source(stream: stream, version: version, words: words, tool: tool, score: score)
        }
        return all
    }
}
