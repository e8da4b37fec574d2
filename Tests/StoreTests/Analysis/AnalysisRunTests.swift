import CallStories
import Crypto
import Domain
import Jobs
import Postgres
import Store
import Synchronization
import Testing
import Wire

/// Looking again at calls that are over, comparing, and choosing whose looks count.
@Suite(.timeLimit(.minutes(2)), .serialized) struct AnalysisRunTests {
    private static let organization = OrganizationID(LearningUnderTest.organization)
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let calls = 12
    private static let ever = Timestamp(microseconds: 0)

    /// Whoever books did well, whoever asks after an order can't be told about, and nobody knows a matter.
    private final class Other: CallAnalyst {
        struct Away: Error {}

        let model = "other"
        let promptVersion = "p-2"
        let asked = Mutex<[CallID]>([])
        /// Fails from there on.
        let patience = Mutex<Int>(.max)

        func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
            let isOver = patience.withLock { patience in
                patience -= 1
                return patience < 0
            }
            if isOver { throw Away() }
            asked.withLock { $0.append(subject.call.call) }
            let books = subject.call.lines.contains { $0.text.revealed.contains("book") }
            return CallAnalyzed(
                summary: Private(books ? "A visit to the zoo." : "Some parcel."), success: books ? true : nil,
                sentiment: Score(0.5), intent: "other", model: model, promptVersion: promptVersion)
        }
    }

    private static func history(
        _ calls: Int = calls, sealing: Sealing? = nil,
        _ body: @escaping @Sendable (LearningUnderTest) async throws -> Void
    ) async throws {
        try await LearningUnderTest.with(sealing: sealing) { test in
            try await test.pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(LearningUnderTest.organization), 'first')")
            for story in try CallStory.history(calls, customers: 3) { try await test.tell(story) }
            try await test.settle()
            try await body(test)
        }
    }

    private static func wish(
        _ name: String = "other", from: Timestamp = ever, agent: AgentID? = nil,
        _ analyst: AnalysisWay.Analyst = .configured
    ) -> AnalysisRunWish {
        AnalysisRunWish(
            name: name, way: AnalysisWay(analyst, by: .asCalled), from: from, to: .now + .seconds(60), agent: agent)
    }

    /// All that is read of calls: rows, sums, and what was learned of them.
    private static func everything(_ test: LearningUnderTest) async throws -> [String: String] {
        var digests = try await test.digests()
        // Sums of nothing may be left where there was something.
        let sources: [(String, SQL)] = [("calls_v1", "calls_v1"), ("call_sums_v1", "call_sums_v1 WHERE calls <> 0")]
        for (name, source) in sources {
            digests[name] = try await test.pool.query(
                """
                SELECT coalesce(md5(string_agg(j::text, '|' ORDER BY j::text)), 'none')
                FROM (SELECT to_jsonb(t) - 'tally' AS j FROM (SELECT * FROM \(source)) AS t) AS rows
                """
            ).one.decode(String.self)
        }
        return digests
    }

    private static func rebuild(_ test: LearningUnderTest) async throws {
        for table in [
            "calls_v1", "turns_v1", "transcript_segments_v1", "tool_uses_v1", "call_counters_v1", "call_sums_v1",
        ] {
            try await test.pool.execute("DELETE FROM \(try Identifier(table))")
        }
        try await test.rebuild()
    }

    private static func rate(_ pattern: String, _ test: LearningUnderTest) async throws -> (Double?, Bool) {
        try await test.pool.query(
            "SELECT success_rate, retired_at IS NOT NULL FROM patterns_v1 WHERE summary = \(pattern)"
        ).one.decode(Double?.self, Bool.self)
    }

    @Test func `calls are looked at again, compared, changed over, built again from nothing, and put back`()
        async throws
    {
        try await Self.history { test in
            let (desk, other) = (AnalysisRunDesk(test.tenant(), nil), Other())
            let usual = try await LookSight(test)
            test.analyst = other
            let run = try await desk.create(Self.wish())
            #expect(run.calls == Int64(Self.calls) && run.looked == 0 && run.finishedAt == nil)
            try await test.settle()
            let done = try #require(try await desk.get(run.id))
            #expect(done.looked == Int64(Self.calls) && done.passedOver == 0 && done.finishedAt != nil)
            #expect(try await LookSight(test) == usual, "nothing counts before it is chosen")
            try await Self.expectComparison(done, test)

            let choice = try await desk.choose(run.id, from: Self.ever)
            #expect(choice.number == 1)
            try await test.settle()
            let changed = try await desk.choices()
            #expect(changed.count == 1 && changed[0].changed == Int64(Self.calls) && changed[0].finishedAt != nil)
            let chosen = try await LookSight(test)
            #expect(chosen.rows.allSatisfy { $0.contains("|other|0.5|") } && chosen.rows.count == Self.calls)
            // Who asks after an order: nobody can tell any more.
            #expect(chosen.judged == 6 && chosen.successful == 6 && usual.judged == 12 && usual.successful < 12)
            #expect(
                chosen.sightings.allSatisfy { $0.hasSuffix("|t") } && chosen.sightings.count < usual.sightings.count)
            #expect(chosen.summaries.count == Self.calls)
            #expect(chosen.summaries.allSatisfy { $0.hasSuffix("zoo.") || $0.hasSuffix("parcel.") })

            // Who calls from now on is looked at both ways, and the chosen one counts.
            var late = try CallStory(500, agent: CallStory.agents[1], customer: CallStory.customer(1))
            try late.agent("Hello.")
            try late.caller("please book a table")
            try late.agent("It is booked, have a nice day.")
            try late.caller("no that is wrong", mood: -0.9)
            try late.end()
            try await test.tell(late)
            try await test.settle()
            let looks = try await AnalysisReader(test.tenant()).all(of: CallID(late.call))
            #expect(looks.count == 2 && looks.filter(\.counts).map(\.run) == [run.id])
            #expect(try await LookSight(test).rows.last?.contains("|true|other|") == true)

            try await Self.expectTheSameFromTheLog(test)
            let back = try await desk.choose(nil, from: Self.ever)
            #expect(back.number == 2)
            try await test.settle()
            let now = try await LookSight(test)
            #expect(Array(now.rows.dropLast()) == usual.rows && now.rows.count == Self.calls + 1)
            #expect(now.sightings.starts(with: usual.sightings) && now.summaries.starts(with: usual.summaries))
            #expect(now.judged == usual.judged + 1)
            #expect(
                try await AnalysisReader(test.tenant()).all(of: CallID(late.call)).filter(\.counts).map(\.run) == [nil])
            try await Self.expectTheSameFromTheLog(test)
        }
    }

    private static func expectComparison(_ run: AnalysisRunRow, _ test: LearningUnderTest) async throws {
        let both = try await LookComparison.read(run, beside: nil, test.tenant())
        #expect(both.calls == 12 && both.both == 12 && both.onlyHere == 0 && both.onlyBeside == 0)
        let found = both.cells.filter { $0.calls > 0 }.map { "\($0.beside) \($0.here) \($0.calls)" }
        // Six orders that were found; of six visits two were made.
        #expect(found == ["yes yes 2", "yes unknown 6", "no yes 4"])
        #expect(both.cells.count == 9 && both.intentsChanged == 12 && both.sentimentHere == 0.5)
        let orders = try #require(both.cells.first { $0.beside == .yes && $0.here == .unknown })
        #expect(orders.examples.count == Int(LookComparison.examplesMax))
        #expect(both.intentExamples.count == Int(LookComparison.examplesMax))
        let own = try await LookComparison.read(run, beside: run.id, test.tenant())
        #expect(own.intentsChanged == 0 && own.sentimentHere == own.sentimentBeside)
        let stranger = TenantDatabase(OrganizationID(UUID.v7()), in: test.pool, log: test.log)
        #expect(try await LookComparison.read(run, beside: nil, stranger).calls == 0)
    }

    private static func expectTheSameFromTheLog(_ test: LearningUnderTest) async throws {
        let before = try await everything(test)
        let events = try await test.count("events")
        try await rebuild(test)
        let after = try await everything(test)
        for (table, digest) in before { #expect(after[table] == digest, "\(table)") }
        try await test.settle()
        #expect(try await test.count("events") == events, "nothing is left to be told")
    }

    @Test func `a pattern is weighed anew by the looks that count, and goes where they say it failed`() async throws {
        try await Self.history(2 * PatternJudgement.retireCallsMin) { test in
            let way = "Use find_order."
            #expect(try await Self.rate(way, test) == (1, false))
            struct Strict: CallAnalyst {
                let model = "strict"
                let promptVersion = "p-1"
                func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
                    CallAnalyzed(summary: Private("No."), success: false, model: model, promptVersion: promptVersion)
                }
            }
            test.analyst = Strict()
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let run = try await desk.create(Self.wish(agent: nil))
            try await test.settle()
            _ = try await desk.choose(run.id, from: Self.ever)
            try await test.settle()
            #expect(try await Self.rate(way, test) == (0, true))
            try await Self.expectTheSameFromTheLog(test)
        }
    }

    @Test func `what a model saw the agent do is learned from several customers' calls, and by the looks that count`()
        async throws
    {
        struct Seer: CallAnalyst {
            let model = "seer"
            let promptVersion = "p-1"
            func analyze(_ subject: AnalysisCase) async throws -> CallAnalyzed {
                let lines = subject.call.lines
                let events = [lines.first { $0.speaker == .caller }, lines.last { $0.speaker == .agent }]
                    .compactMap { $0?.event }
                let next = JudgedHandling(situation: "caller_upset", move: "say_what_is_next", events: events)
                let unknown = JudgedHandling(situation: "caller_singing", move: "say_what_is_next", events: events)
                return CallAnalyzed(
                    summary: Private("Said what is next."), success: true, model: model, promptVersion: promptVersion,
                    handlings: [next, unknown, next])
            }
        }
        try await Self.history(2 * (PatternJudgement.callsMin + 1)) { test in
            func seen() async throws -> [(String, Int64, UUID)] {
                try await test.pool.query(
                    "SELECT summary, uses, agent_id FROM patterns_v1 WHERE kind = 'handling' ORDER BY agent_id"
                ).map { try $0.decode(String.self, Int64.self, UUID.self) }
            }
            test.analyst = Seer()
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let run = try await desk.create(Self.wish())
            try await test.settle()
            #expect(try await seen().isEmpty, "looks beside those that count teach nothing")
            _ = try await desk.choose(run.id, from: Self.ever)
            try await test.settle()
            let found = try await seen()
            #expect(found.map(\.0) == Array(repeating: "When the caller is upset, say what happens next.", count: 2))
            #expect(found.map(\.1) == [4, 4] && found.map(\.2) == CallStory.agents.map(\.uuid))
            // The usual look of a call to come teaches at once.
            _ = try await desk.choose(nil, from: Self.ever)
            try await test.settle()
            var story = try CallStory(300, agent: CallStory.agents[0], customer: CallStory.customer(2))
            try story.caller("this is annoying")
            try story.agent("I see. A person calls you tomorrow.")
            try story.end()
            try await test.tell(story)
            try await test.settle()
            let sightings = try await test.pool.query(
                "SELECT event_ids FROM pattern_sightings_v1 WHERE kind = 'handling' AND call_id = \(story.call)"
            ).map { try $0.decode([UUID].self) }
            #expect(sightings.count == 1 && sightings[0].count == 2)
            try await Self.expectTheSameFromTheLog(test)
        }
    }

    @Test func `who dies in the middle goes on where it was, and nobody is asked twice`() async throws {
        let count = Int(AnalysisRunner.pageMax) + 6
        try await Self.history(count) { test in
            let other = Other()
            test.analyst = other
            other.patience.withLock { $0 = 9 }
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let run = try await desk.create(Self.wish())
            let runner = AnalysisRunner(test.pool, test.desk)
            await #expect(throws: Other.Away.self) { try await runner.page(run.id, of: Self.organization) }
            #expect(try await desk.get(run.id)?.looked == 0, "how far it is, is written down for whole pages")
            other.patience.withLock { $0 = .max }
            #expect(try await !runner.page(run.id, of: Self.organization))
            #expect(try await desk.get(run.id)?.looked == AnalysisRunner.pageMax)
            #expect(try await runner.page(run.id, of: Self.organization))
            #expect(try await runner.page(run.id, of: Self.organization), "what is over is over")
            let row = try #require(try await desk.get(run.id))
            #expect(row.looked == Int64(count) && row.finishedAt != nil)
            let asked = other.asked.withLock { $0 }
            #expect(Set(asked).count == count)
            let told = try await test.pool.query(
                "SELECT count(*), count(DISTINCT stream_id) FROM events WHERE payload ->> 'run_id' = \(run.id.description) AND type = 'call.analyzed'"
            ).one.decode(Int.self, Int.self)
            #expect(told == (count, count))
            // Those that had been told before it died were not looked at again.
            #expect(asked.count <= count + AnalysisRunTests.atOnce)
        }
    }

    /// Of those that were under way when one failed it is not known whether they were told.
    private static let atOnce = 4

    @Test func `a choice waits for rows that are behind the log`() async throws {
        try await Self.history(2) { test in
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let number = Int(try await desk.choose(nil, from: Self.ever).number)
            let chooser = LookChooser(test.pool, test.log, nil)
            let name = "analysis@\(AnalysisConsumer.version)"
            #expect(try await !chooser.isReady(number, of: Self.organization), "nobody keeps any rows")
            for lane in 0..<test.log.lanes {
                try await test.pool.execute(
                    """
                    INSERT INTO consumer_lanes (lane, consumer, position) VALUES (\(lane), \(name),
                        coalesce((SELECT max(position) FROM events WHERE lane = \(lane)), 0))
                    """)
            }
            #expect(try await chooser.isReady(number, of: Self.organization))
            try await test.pool.execute("UPDATE consumer_lanes SET position = position - 1 WHERE position > 0")
            #expect(try await !chooser.isReady(number, of: Self.organization))
            // What is told meanwhile need not be there.
            try await test.pool.execute(
                "UPDATE consumer_lanes AS c SET position = coalesce((SELECT max(position) FROM events AS e WHERE e.lane = c.lane), 0)"
            )
            try await test.tell(try CallStory(90))
            #expect(try await chooser.isReady(number, of: Self.organization))
        }
    }

    @Test func `who was forgotten is not looked at again, and no choice brings a word back`() async throws {
        let sealing = try Sealing(setting: Self.key)
        try await Self.history(6, sealing: sealing) { test in
            let other = Other()
            test.analyst = other
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let first = try await desk.create(Self.wish("first"))
            try await test.settle()
            let customer = CallStory.customer(1)
            let theirs = try await test.pool.query("SELECT call_id FROM calls WHERE customer_id = \(customer.uuid)")
                .map { try $0.decode(UUID.self) }
            #expect(theirs.count == 2)
            let sealed = try await test.pool.query(
                "SELECT FROM events WHERE type = 'call.analyzed' AND payload::text LIKE '%zoo%'")
            #expect(sealed.isEmpty, "the log holds looks sealed")
            try await test.pool.withTransaction { session in
                _ = try await Sealing.destroyKeys(of: customer.uuid, LearningUnderTest.organization, in: session)
            }
            try await test.tell(
                .customer(.customerErased(CustomerErased(reason: .requested))), to: customer.uuid, .customer)
            try await test.settle()
            _ = try await desk.choose(first.id, from: Self.ever)
            let second = try await desk.create(Self.wish("second"))
            try await test.settle()
            #expect(try await desk.choices().first?.changed == 4)
            #expect(try await desk.get(second.id)?.looked == 4)
            #expect(try await desk.get(second.id)?.passedOver == 2)
            let told = try await test.pool.query(
                "SELECT count(*) FROM events WHERE type = 'call.look_chosen' AND stream_id = ANY (\(theirs))"
            ).one.decode(Int.self)
            #expect(told == 0)
            let words = try await test.pool.query(
                "SELECT FROM calls WHERE call_id = ANY (\(theirs)) AND summary <> \(CallState.erasedText)")
            #expect(words.isEmpty)
            let rows = try await test.pool.query("SELECT FROM search_texts_v1 WHERE call_id = ANY (\(theirs))")
            #expect(rows.isEmpty)
        }
    }

    @Test func `a run keeps to its time, its agent and its limits`() async throws {
        try await Self.history(4) { test in
            let desk = AnalysisRunDesk(test.tenant(), nil)
            let begins = try await test.pool.query("SELECT started_at FROM calls ORDER BY started_at").map {
                try $0.decode(Timestamp.self)
            }
            #expect(try await desk.create(Self.wish("late", from: begins[2])).calls == 2)
            await #expect(throws: AnalysisRunDesk.Refusal.nameIsTaken) { try await desk.create(Self.wish("late")) }
            let agent = AgentID(UUID.v7())
            await #expect(throws: AnalysisRunDesk.Refusal.noSuchAgent) {
                try await desk.create(Self.wish("x", agent: agent))
            }
            let other = OrganizationID(UUID.v7())
            try await test.pool.execute(
                "INSERT INTO organizations (organization_id, name) VALUES (\(other.uuid), 'second')")
            let theirs = AnalysisRunDesk(TenantDatabase(other, in: test.pool, log: test.log), nil)
            let run = try await theirs.create(Self.wish("late"))
            #expect(run.calls == 0, "another organization's calls are none")
            #expect(try await desk.get(run.id) == nil)
            await #expect(throws: AnalysisRunDesk.Refusal.noSuchRun) { try await desk.choose(run.id, from: Self.ever) }
            for number in 1..<AnalysisRunDesk.underWayMax { _ = try await desk.create(Self.wish("run \(number)")) }
            await #expect(throws: AnalysisRunDesk.Refusal.tooMany) { try await desk.create(Self.wish("one more")) }
            try await test.settle()
            _ = try await desk.create(Self.wish("rules", from: begins[0], .rules))
            try await test.settle()
            let models = try await test.pool.query("SELECT DISTINCT model FROM call_analyses_v1").map {
                try $0.decode(String.self)
            }
            #expect(models == [RuleAnalyst().model])
            let (rows, total) = try await desk.page(after: nil, limit: 3, countingAll: true)
            #expect(rows.count == 3 && rows.first?.name == "rules" && total == AnalysisRunDesk.underWayMax + 1)
        }
    }
}
