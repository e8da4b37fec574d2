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
}
