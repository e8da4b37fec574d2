import CallStories
import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// A call that is erased: its words go wherever they were derived to, and the log stays as long as it was.
@Suite(.timeLimit(.minutes(2))) struct CallErasureTests {
    private static let key = Base64.standard.encode(Array(repeating: UInt8(9), count: 32).span)

    private static func desk(_ test: LearningUnderTest) -> CallErasureDesk {
        CallErasureDesk(test.tenant(), test.sealing, EventMeta(actor: .system("test")))
    }

    /// A call with the word in it, sealed with the call's own key as far as it is told, and a memory that it taught.
    private static func told(_ number: Int, _ word: String, _ test: LearningUnderTest) async throws -> CallStory {
        let customer = CallStory.customer(1)
        var story = try CallStory(number, customer: customer)
        try story.caller("my secret word is \(word) and nothing else")
        try story.agent("The \(word) is noted.")
        try story.caller("thanks bye")
        try story.end()
        let sealing = try #require(test.sealing)
        let key = try await test.pool.withTransaction {
            try await sealing.key(of: story.call, LearningUnderTest.organization, in: $0)
        }
        let events = try story.events.map { event in
            guard
                case .fact(let fact) = try EventCodec.decode(
                    type: event.type, schemaVersion: event.schemaVersion, payload: event.payload)
            else { return event }
            return try NewEvent(
                fact, id: EventID(event.id), at: Instant(event.occurredAt), in: story.call, sealedWith: key)
        }
        try await test.tell(events, to: story.call)
        let taught = MemoryRemembered(
            memory: MemoryID(UUID.v7()), kind: .fact, content: Private("The word is \(word)."),
            provenance: Provenance(call: CallID(story.call), version: 3, events: [EventID(events[2].id)]))
        try await test.tell(
            .memory(.memoryRemembered(taught)), to: MemoryStream.id(of: customer.uuid), .memory)
        return story
    }

    /// Also where calls themselves are kept.
    private static func places(_ word: String, _ test: LearningUnderTest) async throws -> [String] {
        var found = try await test.mentions(word)
        for table in ["calls_v1", "transcript_segments_v1", "memories_v1", "turns_v1", "tool_uses_v1"] {
            let rows = try await test.pool.query(
                "SELECT FROM \(try Identifier(table)) AS t WHERE t::text ILIKE \("%\(word)%") LIMIT 1")
            if !rows.isEmpty { found.append(table) }
        }
        return found.sorted()
    }

    @Test func `an erased call leaves no word of it in any table, and every event in its place`() async throws {
        try await LearningUnderTest.with(sealing: try Sealing(setting: Self.key)) { test in
            let story = try await Self.told(1, "xylophone", test)
            let other = try await Self.told(2, "marimba", test)
            try await test.settle()
            _ = try await test.embed()
            let before = try await Self.places("xylophone", test)
            #expect(
                Set(before).isSuperset(of: ["memories_v1", "search_texts_v1", "transcript_segments_v1"]), "\(before)")
            let kept = try await Self.places("marimba", test)
            let length = try await test.pool.query("SELECT count(*) FROM events WHERE stream_id = \(story.call)").one
                .decode(Int.self)

            let call = CallID(story.call)
            #expect(try await Self.desk(test).erase(call) { _ in })
            try await test.settle()
            #expect(try await Self.places("xylophone", test).isEmpty)
            #expect(try await Self.places("marimba", test) == kept, "another call of the same customer stays")
            let (count, last, numbers) = try await test.pool.query(
                """
                SELECT count(*), max(version), (SELECT count(*) FROM calls_v1 WHERE from_number = '(erased)')
                FROM events WHERE stream_id = \(story.call)
                """
            ).one.decode(Int.self, Int32.self, Int.self)
            #expect(count == length + 1 && last == Int32(count) && numbers == 1)
            // Nobody opens the log any more, and none makes the call another key.
            let events = try await test.log.events(of: story.call, through: .pool(test.pool))
            #expect(events.contains { $0.keyID != nil && $0.type == EventType.callAnalyzed.rawValue })
            let opened = try await test.sealing?.opened(events, through: .pool(test.pool)) ?? []
            #expect(!opened.contains { String(decoding: $0.payload, as: UTF8.self).contains("xylophone") })
            let wrapped = try await test.pool.query(
                "SELECT count(*) FROM shred_keys WHERE subject_id = \(story.call) AND wrapped_key IS NOT NULL"
            ).one.decode(Int.self)
            #expect(wrapped == 0)

            let files = try await ForgottenCalls.among([call, CallID(other.call)], through: test.pool)
            #expect(files == [call], "what a disk holds of it goes, too")

            // Once more changes nothing; who looks at it learns nothing.
            #expect(try await Self.desk(test).erase(call) { _ in })
            let desk = AnalysisDesk(test.pool, test.log, test.sealing)
            #expect(try await desk.analyze(call, of: test.tenant().organization) == .isForgotten)
            let again = try await test.pool.query("SELECT count(*) FROM events WHERE stream_id = \(story.call)").one
                .decode(Int.self)
            #expect(again == count)
            try await test.rebuild()
            #expect(try await Self.places("xylophone", test).isEmpty)
            #expect(try await Self.places("marimba", test).contains("search_texts_v1"))
        }
    }

    @Test func `a call without a key gets none, and one that goes on is not erased`() async throws {
        try await LearningUnderTest.with(sealing: try Sealing(setting: Self.key)) { test in
            let story = try CallStory(3)
            try await test.tell(story)
            await #expect(throws: CallErasureDesk.Refusal.isLive) {
                _ = try await Self.desk(test).erase(CallID(story.call)) { _ in }
            }
            #expect(try await !Self.desk(test).erase(CallID(UUID.v7())) { _ in })
            var over = try CallStory(4)
            try over.caller("hello")
            try over.end()
            try await test.tell(over)
            #expect(try await Self.desk(test).erase(CallID(over.call)) { _ in })
            let (count, wrapped) = try await test.pool.query(
                "SELECT count(*), count(wrapped_key) FROM shred_keys WHERE subject_id = \(over.call)"
            ).one.decode(Int.self, Int.self)
            #expect(count == 1 && wrapped == 0)
        }
    }
}
