import CallStories
import Crypto
import Domain
import Postgres
import Store
import Testing

/// What is taught late, because whoever was to teach it died, is as old as when it was said.
@Suite(.timeLimit(.minutes(2))) struct LessonOrderTests {
    private static func story(_ number: Int, _ place: String) throws -> (CallStory, asked: Int32) {
        var story = try CallStory(number, customer: CallStory.customer(0))
        try story.caller("please deliver to \(place)")
        let asked = Int32(story.events.count) + 1
        try story.tool(
            BuiltInTool.remember.rawValue, ["text": .string(place), "about": .string("Delivery place")],
            gives: .bool(true))
        try story.end()
        return (story, asked)
    }

    @Test func `what was said first and is taught last takes the place of nothing, and stays in the log`() async throws
    {
        try await LearningUnderTest.with(remembering: true) { test in
            let person = try ScriptedHistory.people()[0]
            try await test.tell([person.event], to: person.customer, .customer)
            try await test.settle()
            // The office, then home, and home once more.
            let stories = try [
                Self.story(1, "the office"), Self.story(2, "my home"), Self.story(3, "my home"),
            ]
            for (story, _) in stories { try await test.tell(story) }
            for (story, asked) in [stories[2], stories[0], stories[1]] { try await test.remember(story.call, asked) }
            let types = try await test.pool.query(
                "SELECT type FROM events WHERE type LIKE 'memory.%' ORDER BY stream_id, version"
            ).map { try $0.decode(String.self) }
            #expect(types == ["memory.remembered", "memory.remembered", "memory.forgotten"])
            let events = try await test.count("events")
            // The jobs find that all of it was taught.
            try await test.settle()
            let rows = try await test.pool.query(
                "SELECT content, call_id FROM memories_v1"
            ).map { try $0.decode(String.self, UUID.self) }
            #expect(rows.count == 1 && rows[0].0 == "Delivery place: my home" && rows[0].1 == stories[2].0.call)
            let told = try await test.pool.query(
                "SELECT count(*) FROM events WHERE type LIKE 'memory.%'"
            ).one.decode(Int.self)
            #expect(told == types.count)
            #expect(try await test.count("events") > events, "what was learned of the calls themselves")
        }
    }

    /// A call, and the version of the look at it.
    private static func felt(_ number: Int, _ mood: Double) throws -> (CallStory, looked: Int32) {
        var story = try CallStory(number, customer: CallStory.customer(0))
        try story.caller("is anybody there", mood: mood)
        try story.end()
        let score = try #require(Score(mood))
        try story.add(
            .callAnalyzed(
                CallAnalyzed(
                    summary: Private("Somebody called."), sentiment: score, model: "m", promptVersion: "1",
                    trajectory: [score])))
        return (story, Int32(story.events.count))
    }

    @Test func `how the last call felt is what stays, whichever is taught last, and each is taught once`() async throws
    {
        try await LearningUnderTest.with(remembering: true) { test in
            let person = try ScriptedHistory.people()[0]
            try await test.tell([person.event], to: person.customer, .customer)
            try await test.settle()
            let calls = try [Self.felt(1, -0.9), Self.felt(2, 0.5), Self.felt(3, 0)]
            for (story, _) in calls { try await test.tell(story) }
            for place in [1, 0, 2, 0, 1] { try await test.remember(calls[place].0.call, calls[place].looked) }
            let types = try await test.pool.query(
                "SELECT type FROM events WHERE type LIKE 'memory.%' ORDER BY stream_id, version"
            ).map { try $0.decode(String.self) }
            let told = [
                EventType.memoryRemembered, .memoryRemembered, .memoryForgotten, .memoryForgotten, .memoryRemembered,
            ]
            #expect(types == told.map(\.rawValue))
            // The same jobs, from the log.
            try await test.settle()
            let rows = try await test.pool.query(
                "SELECT kind, content, call_id, metadata ->> 'last', event_ids FROM memories_v1"
            ).map { try $0.decode(String.self, String.self, UUID.self, String.self, [UUID].self) }
            #expect(rows.count == 1)
            let row = try #require(rows.first)
            #expect(row.0 == "sentiment" && row.1 == "Seemed calm in an earlier call." && row.3 == "0")
            let scored = calls[2].0.events.filter { $0.type == EventType.sentimentScored.rawValue }.map(\.id)
            #expect(row.2 == calls[2].0.call && row.4 == scored)
            let after = try await test.pool.query("SELECT count(*) FROM events WHERE type LIKE 'memory.%'")
            #expect(try after.one.decode(Int.self) == types.count)
        }
    }

    @Test func `what an agent wants beside a memory stands there, unless it is too much or is no object`() async throws
    {
        // {"a":"…"}
        let most = String(repeating: "a", count: MemoryDesk.metadataBytesMax - 8)
        for (metadata, isKept) in [
            (Freeform.object(["a": .string(most)]), true), (.object(["a": .string(most + "a")]), false),
            (.string("order"), false),
        ] {
            let use = ToolCalled(
                toolCall: ToolCallID(value: 1), name: BuiltInTool.remember.rawValue,
                arguments: Private(
                    .object(["text": .string("x"), "kind": .string("sentiment"), "metadata": metadata])),
                idempotencyKey: "k")
            let lesson = try #require(
                MemoryLesson(asked: use, at: 1, of: CallID(value: 1), EventID(value: 1), heard: []))
            #expect(lesson.metadata == (isKept ? Private(metadata) : nil))
            // How somebody feels is not the agent's to say.
            #expect(lesson.kind == .fact && lesson.content == Private("x"))
        }
    }
}
