import CallStories
import Crypto
import Domain
import Postgres
import Store
import Testing
import Wire

/// Embeddings of what was said, and finding it by them.
@Suite(.timeLimit(.minutes(2)), .serialized) struct EmbeddingTests {
    private static func told(
        _ lines: [[String]], _ body: @escaping @Sendable (LearningUnderTest, [UUID]) async throws -> Void
    ) async throws {
        try await LearningUnderTest.with { test in
            var calls: [UUID] = []
            for (number, lines) in lines.enumerated() {
                var story = try CallStory(number)
                for line in lines { try story.caller(line) }
                try story.end()
                try await test.tell(story)
                calls.append(story.call)
            }
            try await test.settle()
            try await body(test, calls)
        }
    }

    @Test func `each text gets one, and equal texts are reckoned once`() async throws {
        let lines = (0..<EmbeddingDesk.batch).map { ["always the same words", "something about number \($0)"] }
        try await Self.told(lines) { test, _ in
            let texts = try await test.count("search_texts_v1")
            #expect(texts == 3 * EmbeddingDesk.batch, "two lines and a summary of each call")
            let distinct = try await test.pool.query("SELECT count(DISTINCT content_sha256) FROM search_texts_v1").one
                .decode(Int.self)
            let round = try await test.embed()
            #expect(round.texts == texts && round.reckoned == distinct && distinct < texts)
            #expect(try await test.count("embedding_cache") == distinct)
            #expect(try await test.pool.query("SELECT FROM search_texts_v1 WHERE embedding IS NULL").isEmpty)
            #expect(try await test.embed() == EmbeddingDesk.Round())
            // Built again, nothing has to be reckoned.
            try await test.rebuild()
            #expect(try await test.pool.query("SELECT FROM search_texts_v1 WHERE embedding IS NULL").count == texts)
            let again = try await test.embed()
            #expect(again.texts == texts && again.reckoned == 0)
        }
    }

    private static func find(
        _ test: LearningUnderTest, _ text: String, _ change: (inout SearchWish) -> Void = { _ in }
    ) async throws -> [SearchHit] {
        let point = try await test.embedder.embed([Private(text)]).first
        var wish = SearchWish(Private(text), in: [.transcript], near: point)
        change(&wish)
        return try await SearchReader(test.tenant()).find(wish)
    }

    @Test func `what means the same is found without its words, and words count where nobody knows meanings`()
        async throws
    {
        try await Self.told([["my order never came"], ["the weather turned cold"], ["another order please"]]) {
            test, calls in
            // Nothing is reckoned yet: words alone.
            let words = try await Self.find(test, "order")
            #expect(
                Set(words.map { $0.call?.uuid }) == [calls[0], calls[2]] && words.allSatisfy { $0.similarity == nil })
            #expect(try await Self.find(test, "parcel").isEmpty)
            _ = try await test.embed()
            let found = try await Self.find(test, "parcel")
            #expect(Set(found.map { $0.call?.uuid }) == [calls[0], calls[2]], "a parcel is an order here")
            #expect(found.allSatisfy { ($0.similarity ?? 0) > 0.4 })
            let unknown = try await Self.find(test, "parcel") { $0.point = nil }
            #expect(unknown.isEmpty)
            // Words and meaning together count more than one of them.
            let both = try await Self.find(test, "order")
            #expect(Set(both.map(\.id)) == Set(found.map(\.id)) && both[1].score > found[0].score)
        }
    }

    @Test func `what has its place in another space is moved over, batch by batch, and an interruption loses nothing`()
        async throws
    {
        let lines = (0..<EmbeddingDesk.batch).map { ["something about number \($0)"] }
        try await Self.told(lines) { test, _ in
            let texts = try await test.count("search_texts_v1")
            _ = try await test.embed()
            let desk = EmbeddingDesk(test.pool, by: test.embedder)
            #expect(try await desk.moveOver() == 0)
            try await test.pool.execute("UPDATE search_texts_v1 SET embedding_space = 'of/old/1/768'")
            #expect(try await Self.find(test, "number").allSatisfy { $0.similarity == nil })
            // Told to stop after its first batch.
            var batches = 0
            let first = try await desk.moveOver {
                batches += 1
                return batches > 1
            }
            #expect(first == EmbeddingDesk.batch)
            #expect(try await desk.moveOver() == texts - EmbeddingDesk.batch)
            #expect(try await Self.find(test, "number").contains { $0.similarity != nil })
            #expect(
                try await test.pool.query("SELECT FROM search_texts_v1 WHERE embedding_space = 'of/old/1/768'").isEmpty)
        }
    }

    @Test func `what the index finds is held against all there is, house by house`() async throws {
        try await Self.told((0..<40).map { ["something about number \($0)", "another matter \($0 * 7)"] }) { test, _ in
            _ = try await test.embed()
            let desk = RecallDesk(test.pool)
            let texts = Int64(try await test.count("search_texts_v1"))
            #expect(try await desk.figures(textsMin: texts + 1).isEmpty)
            let figure = try #require(try await desk.figures(textsMin: texts).first)
            #expect(figure.organization.uuid == LearningUnderTest.organization)
            #expect(figure.questions == Int(RecallDesk.questionsMax) && figure.recall >= RecallDesk.recallMin)
            // An index that forgets: what it does not have is not found.
            try await test.pool.execute("DROP FUNCTION nearest_texts")
            try await test.pool.execute(
                """
                CREATE FUNCTION nearest_texts(whose uuid, space text, point halfvec, wanted int)
                RETURNS TABLE (text_id uuid, similarity float8) LANGUAGE sql STABLE AS $$
                    SELECT t.text_id, 1 - (t.embedding <=> point) FROM search_texts_v1 AS t
                    WHERE t.organization_id = whose AND t.embedding_space = space ORDER BY t.embedding <=> point LIMIT wanted / 2
                $$
                """)
            let less = try #require(try await desk.figures(textsMin: texts).first)
            #expect(less.recall < RecallDesk.recallMin)
        }
    }

    @Test func `what is remembered is found by its meaning, in its own house`() async throws {
        try await LearningUnderTest.with { test in
            let point = try #require(try await test.embedder.embed([Private("my order never came")]).first)
            for organization in [LearningUnderTest.organization, UUID(value: 0xB2)] {
                let customer = UUID.v7()
                try await test.pool.execute(
                    "INSERT INTO memory_owners_v1 (customer_id, organization_id) VALUES (\(customer), \(organization))")
                try await test.pool.execute(
                    """
                    INSERT INTO memories_v1 (memory_id, organization_id, customer_id, created_at, updated_at, version, kind,
                        content, embedding, embedding_space)
                    VALUES (\(UUID.v7()), \(organization), \(customer), now(), now(), 1, 'fact', 'my order never came',
                        \(HalfVector(point.values.map { Float16($0) })), \(point.space.name))
                    """)
            }
            let found = try await Self.find(test, "parcel") { $0.kinds = [.memory] }
            #expect(found.count == 1 && found[0].kind == .memory && (found[0].similarity ?? 0) > 0.4)
            #expect(try await Self.find(test, "weather") { $0.kinds = [.memory] }.isEmpty)
        }
    }

    @Test func `points of another space are nobody's neighbours`() async throws {
        try await Self.told([["my order never came"]]) { test, _ in
            _ = try await test.embed()
            let other = EmbeddingSpace(provider: "test", model: "other", version: 1, sameMeaning: 0.5)
            let point = Embedding([1], in: other)
            let found = try await Self.find(test, "nothing of it") { $0.point = point }
            #expect(found.isEmpty)
        }
    }

    @Test func `an order by score and id goes on where a page ended`() async throws {
        try await Self.told((0..<30).map { ["order number \($0) is late"] }) { test, _ in
            _ = try await test.embed()
            let whole = try await Self.find(test, "order late") { $0.limit = SearchWish.limits.upperBound }
            #expect(whole.count == 30 && Set(whole.map(\.id)).count == 30)
            var (pages, place): ([UUID], SearchWish.Place?) = ([], nil)
            while true {
                let page = try await Self.find(test, "order late") {
                    $0.limit = 7
                    $0.after = place
                }
                guard let last = page.last else { break }
                pages += page.map(\.id)
                place = last.place
            }
            #expect(pages == whole.map(\.id))
        }
    }

    @Test func `patterns are found too, as long as they are in use`() async throws {
        try await LearningUnderTest.with { test in
            for story in try CallStory.history(12, customers: 3) { try await test.tell(story) }
            try await test.settle()
            _ = try await test.embed()
            let found = try await Self.find(test, "order tomorrow") { $0.kinds = [.pattern] }
            #expect(found.first?.text.revealed == "Say “Order #### left us and will arrive tomorrow.”")
            let low = try await test.pool.query(
                "SELECT uses, success_rate, success_low FROM patterns_v1 WHERE success_rate IS NOT NULL"
            ).map { try $0.decode(Int64.self, Double.self, Double.self) }
            #expect(!low.isEmpty)
            for (uses, rate, low) in low {
                let confidence = try #require(Confidence(rate: rate, of: Int(uses)))
                #expect(abs(confidence.low - low) < 1e-9, "the database reckons as we do")
            }
            try await Self.expectOneWall(test)
            try await test.pool.execute("UPDATE patterns_v1 SET retired_at = now(), retired_reason = 'by_user'")
            #expect(try await Self.find(test, "order tomorrow") { $0.kinds = [.pattern] }.isEmpty)
        }
    }

    /// What looks for words from outside of the wall tells nobody but the organization itself. And few patterns or many, looked at one by one
    /// or by their index, the nearest are the same.
    private static func expectOneWall(_ test: LearningUnderTest) async throws {
        let own = LearningUnderTest.organization
        let stranger = TenantDatabase(OrganizationID(value: 0xB2), in: test.pool, log: test.log)
        for (database, count) in [(test.tenant(), 1), (stranger, 0)] {
            let found = try await database.query(
                "SELECT patterns_with_words(\(own), NULL, 'order & tomorrow'::tsquery, \(Int32(10)))")
            #expect(found.count == count)
        }
        let nobody = try await test.pool.query(
            "SELECT patterns_with_words(\(own), NULL, 'order & tomorrow'::tsquery, \(Int32(10)))")
        #expect(nobody.isEmpty, "an organization has to be named")
        let point = try #require(try await test.embedder.embed([Private("order tomorrow")]).first)
        let place = HalfVector(point.values.map { Float16($0) })
        var nearest: [[UUID]] = []
        for few in [0, Int32(SearchWish.patternsFew)] {
            let found = try await test.tenant().query(
                """
                SELECT pattern_id FROM nearest_patterns(\(own), NULL, \(point.space.name), \(place), \(Int32(2)), \(few))
                """)
            nearest.append(try found.map { try $0.decode(UUID.self) })
        }
        #expect(nearest[0].count == 2 && nearest[0] == nearest[1])
    }
}
