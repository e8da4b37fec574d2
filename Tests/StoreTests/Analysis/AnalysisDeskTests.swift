import CallStories
import Crypto
import Domain
import Jobs
import Postgres
import Store
import Testing
import Wire

/// Looking at calls that are over: when, by whose rules, and of whom not.
@Suite(.timeLimit(.minutes(2)), .serialized) struct AnalysisDeskTests {
    private static let organization = OrganizationID(LearningUnderTest.organization)
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private static func story(_ number: Int = 0, customer: CustomerID? = nil, agent: AgentID? = nil) throws -> CallStory
    {
        var story = try CallStory(number, agent: agent, customer: customer)
        try story.agent("Hello, what can I do?")
        try story.caller("i want a table for four on monday")
        try story.tool("book_table", ["guests": .integer(4)], gives: .object([:]))
        try story.agent("The table is yours.")
        try story.caller("thanks bye")
        try story.end()
        return story
    }

    @Test func `a call that is over is looked at once, however often it ends and whoever asks`() async throws {
        try await LearningUnderTest.with { test in
            let story = try Self.story()
            try await test.tell(story)
            let consumer = AnalysisConsumer(sealing: nil, settling: .seconds(600))
            let events = try await test.log.events(of: story.call, through: .pool(test.pool))
            for _ in 0..<2 {
                try await test.pool.withTransaction { try await consumer.apply(events, outward: .due, in: $0) }
            }
            let waiting = try await test.pool.query(
                "SELECT count(*), bool_and(run_at > clock_timestamp() + interval '590 s') FROM jobs WHERE kind = \(AnalysisJobs.analysis)"
            ).one.decode(Int.self, Bool.self)
            #expect(waiting == (1, true), "what was under way comes in first")
            let desk = AnalysisDesk(test.pool, test.log, nil)
            #expect(try await desk.analyze(CallID(story.call), of: Self.organization) == .told)
            #expect(try await desk.analyze(CallID(story.call), of: Self.organization) == .wasTold)
            #expect(try await desk.analyze(CallID(UUID.v7()), of: Self.organization) == .nothingToSay)
            #expect(
                try await desk.analyze(CallID(story.call), of: OrganizationID(UUID.v7())) == .nothingToSay,
                "another organization's call is none")
            let meta = try await test.pool.query(
                "SELECT meta #>> '{actor,system}', meta ->> 'causation_id' FROM events WHERE type = 'call.analyzed'"
            ).one.decode(String?.self, String?.self)
            #expect(meta.1 == story.events.last?.id.description)
        }
    }

    @Test func `nobody looks at what goes on, and where nobody said a word`() async throws {
        try await LearningUnderTest.with { test in
            var (live, silent) = (try CallStory(1), try CallStory(2))
            try live.caller("hello, are you there")
            try silent.end(.calleeNoAnswer)
            for story in [live, silent] {
                try await test.tell(story)
                let outcome = try await AnalysisDesk(test.pool, test.log, nil).analyze(
                    CallID(story.call), of: Self.organization)
                #expect(outcome == .nothingToSay)
            }
        }
    }

    @Test func `another set of rules looks beside the first, and the last one shows`() async throws {
        struct Other: CallAnalyst {
            let model = "other"
            let promptVersion = "p-2"
            func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
                CallAnalyzed(summary: Private("A table."), success: false, model: model, promptVersion: promptVersion)
            }
        }
        try await LearningUnderTest.with { test in
            let story = try Self.story()
            try await test.tell(story)
            try await test.settle()
            let sightings = try await test.count("pattern_sightings_v1")
            #expect(sightings > 0)
            let outcome = try await AnalysisDesk(test.pool, test.log, nil, by: Other()).analyze(
                CallID(story.call), of: Self.organization)
            #expect(outcome == .told)
            try await test.settle()
            let looks = try await AnalysisReader(test.tenant()).all(of: CallID(story.call))
            #expect(looks.map(\.model) == ["other", "ledgerline/rules"])
            #expect(looks.map(\.success) == [false, true] && looks[1].events.count > looks[0].events.count)
            let row = try await CallReader(test.pool).get(CallID(story.call), of: Self.organization)
            #expect(row?.state.findings?.value.summary.revealed == "A table.")
            // A call is one call: how it went was told by the first.
            #expect(try await test.count("pattern_sightings_v1") == sightings)
            #expect(try await test.pool.query("SELECT FROM pattern_sightings_v1 WHERE NOT success").isEmpty)
        }
    }

    @Test func `the version that was speaking says what is looked for`() async throws {
        try await LearningUnderTest.with { test in
            let agent = CallStory.agents[0]
            let settings = """
                {"agent_type":"general","analysis":{"success_criteria":[{"kind":"agent_said","any_of":["never said"]}],
                "intents":[{"name":"table","phrases":["a table"]}],
                "extract":{"type":"object","properties":{"guests":{"type":"integer"},"day":{"type":"string","enum":["monday"]}}}}}
                """
            try await test.pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(LearningUnderTest.organization), 'o')")
            try await test.pool.execute(
                """
                INSERT INTO agents (agent_id, organization_id, version, name, settings)
                VALUES (\(agent.uuid), \(LearningUnderTest.organization), 1, 'a', \(JSON(Array(settings.utf8))))
                """)
            try await test.pool.execute(
                """
                INSERT INTO agent_versions (agent_id, agent_version, organization_id, name, settings)
                VALUES (\(agent.uuid), 1, \(LearningUnderTest.organization), 'a', \(JSON(Array(settings.utf8))))
                """)
            let story = try Self.story(agent: agent)
            try await test.tell(story)
            try await test.settle()
            let look = try #require(try await AnalysisReader(test.tenant()).all(of: CallID(story.call)).first)
            #expect(look.intent == "table" && look.success == false && look.successReason == .criteriaMissed)
            let extracted = try JSONValue(json: try #require(look.extracted))
            #expect(extracted["guests"]?.wholeNumber == 4 && extracted["day"]?.text == "monday")
        }
    }

    @Test func `who is forgotten takes along all that was learned, and no byte of it stays in any table of ours`()
        async throws
    {
        let sealing = try Sealing(setting: Self.key)
        try await LearningUnderTest.with(sealing: sealing) { test in
            let customer = CallStory.customer(1)
            var story = try CallStory(5, customer: customer)
            try story.caller("my secret word is xylophone and nothing else")
            try story.agent("The xylophone is noted.")
            try story.caller("thanks bye")
            try story.end()
            let other = try Self.story(6, customer: CallStory.customer(2))
            try await test.tell(other)
            try await test.tell(story)
            try await test.settle()
            _ = try await test.embed()
            let sealed = try await test.pool.query(
                "SELECT key_id IS NOT NULL, payload::text FROM events WHERE type = 'call.analyzed' AND stream_id = \(story.call)"
            ).one.decode(Bool.self, String.self)
            #expect(sealed.0 && !sealed.1.contains("xylophone"), "the log holds it sealed")
            #expect(
                try await test.mentions("xylophone") == ["call_analyses_v1", "pattern_sightings_v1", "search_texts_v1"])
            let cached = try await test.count("embedding_cache")

            try await test.pool.withTransaction { session in
                _ = try await Sealing.destroyKeys(of: customer.uuid, LearningUnderTest.organization, in: session)
            }
            try await test.tell(
                .customer(.customerErased(CustomerErased(reason: .requested))), to: customer.uuid, .customer)
            try await test.settle()
            #expect(try await test.mentions("xylophone").isEmpty)
            #expect(try await test.count("embedding_cache") < cached)
            #expect(try await test.pool.query("SELECT FROM search_texts_v1 WHERE call_id = \(story.call)").isEmpty)
            #expect(try await test.pool.query("SELECT FROM search_texts_v1 WHERE call_id = \(other.call)").count > 0)
            // What comes later, also another look, finds that it is not wanted.
            var late = try CallStory(7, customer: customer)
            try late.caller("the xylophone again")
            try late.end()
            try await test.tell(late)
            try await test.settle()
            let outcome = try await AnalysisDesk(test.pool, test.log, sealing).analyze(
                CallID(late.call), of: Self.organization)
            #expect(outcome == .isForgotten)
            #expect(try await test.mentions("xylophone").isEmpty)
            try await test.rebuild()
            #expect(try await test.mentions("xylophone").isEmpty)
        }
    }
}

extension LearningUnderTest {
    /// Tables that are ours to keep clean in which a word stands.
    func mentions(_ word: String) async throws -> [String] {
        var found: [String] = []
        for table in Self.tables.map(\.name) + ["embedding_cache", "jobs", "dead_letters"] {
            let rows = try await pool.query(
                "SELECT FROM \(try Identifier(table)) AS t WHERE t::text ILIKE \("%\(word)%") LIMIT 1")
            if !rows.isEmpty { found.append(table) }
        }
        return found.sorted()
    }
}
