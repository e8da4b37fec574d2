import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What is remembered and learned, written through the API and read from rows that follow.
@Suite(.timeLimit(.minutes(4)), .serialized) struct LearningRoutesTests {
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// Brings the rows up to date beside `body`, as the workers' process would.
    private static func learning(
        _ api: APIUnderTest, _ sealing: Sealing? = nil, _ body: () async throws -> Void
    ) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let worker = ConsumerWorker(LearningConsumer(sealing: sealing), of: log, api.owner, redis: nil)
        let life = Task(executorPreference: api.owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        worker.stop()
        await life.value
        try result.get()
    }

    private static func until(_ api: APIUnderTest, _ what: String, _ holds: () async throws -> Bool) async throws {
        try await api.owner.loop.until(what, within: .seconds(30), every: .milliseconds(20), holds)
    }

    private static func customer(_ api: APIUnderTest, _ token: String, _ name: String = "Ada") async throws -> String {
        try await api.post("/customers", token: token, #"{"name":"\#(name)"}"#).id()
    }

    @Test func `what is remembered is read, found, and forgotten`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.customer(api, token)
            let path = "/customers/\(id)/memories"
            try await Self.learning(api) {
                let made = try await api.post(
                    path, token: token,
                    #"{"content":"Prefers mornings, never Mondays.","kind":"preference","relevance":0.5,"metadata":{"order":4271}}"#
                )
                #expect(made.status == 201 && made.raw["etag"] == "\"v1\"", "\(made.raw.text)")
                let other = try await api.post(path, token: token, #"{"content":"Has a dog called Mornings."}"#)
                #expect(try other.text("kind") == "fact" && other.json["relevance"] == .null)
                let list = try await api.get("\(path)?min_version=2&include_total=true", token: token)
                #expect(list.status == 200, "\(list.raw.text)")
                #expect(try list.number("total") == 2)
                #expect(try list.data.map { $0["id"]?.text } == [other.id(), made.id()])
                #expect(try list.data[1]["content"]?.text == "Prefers mornings, never Mondays.")
                #expect(try list.data[1]["provenance"] == .null && list.data[1]["relevance"] == .double(0.5))
                #expect(try list.data.map { $0["metadata"] } == [.null, .object([("order", .integer(4271))])])
                #expect(try made.json["metadata"] == .object([("order", .integer(4271))]))
                #expect(try await api.get("\(path)?kind=preference", token: token).data.count == 1)
                let page = try await api.get("\(path)?limit=1", token: token)
                let cursor = try #require(try page.text("next_cursor"))
                #expect(try await api.get("\(path)?limit=1&cursor=\(cursor)", token: token).data.count == 1)

                let found = try await api.post("/memories/search", token: token, #"{"text":"MORNINGS mondays"}"#)
                #expect(try found.data.map { $0["id"]?.text } == [made.id(), other.id()])
                #expect(
                    try found.data.map { $0["similarity"] } == [.integer(1), .double(0.5)]
                        || found.data.map {
                            $0["similarity"]
                        } == [.double(1), .double(0.5)])
                for (body, count) in [
                    (#"{"text":"mornings mondays","min_similarity":0.6}"#, 1), (#"{"text":"mornings","limit":1}"#, 1),
                    (#"{"text":"nothing"}"#, 0), (#"{"text":"& | !"}"#, 0),
                    (#"{"text":"dog","customer_id":"\#(UUID.v7())"}"#, 0),
                    (#"{"text":"dog","customer_id":"\#(id)"}"#, 1),
                ] {
                    let answer = try await api.post("/memories/search", token: token, body)
                    #expect(try answer.status == 200 && answer.data.count == count, "\(body): \(answer.raw.text)")
                }
                let theirs = try await api.tokens(.owner, of: api.second).access
                #expect(try await api.post("/memories/search", token: theirs, #"{"text":"dog"}"#).data.isEmpty)
                #expect(try await api.get(path, token: theirs).status == 404)
                #expect(try await api.post(path, token: theirs, #"{"content":"x"}"#).status == 404)
                let memory = try made.id()
                #expect(try await api.delete("\(path)/\(memory)", token: theirs).status == 404)
                let viewer = try await api.tokens(.viewer).access
                #expect(try await api.delete("\(path)/\(memory)", token: viewer).status == 403)
                #expect(try await api.get(path, token: viewer).status == 200)

                #expect(try await api.delete("\(path)/\(memory)", token: token).status == 204)
                #expect(try await api.delete("\(path)/\(memory)", token: token).status == 404)
                #expect(try await api.delete("\(path)/\(UUID.v7())", token: token).status == 404)
                #expect(
                    try await api.get("\(path)?min_version=3", token: token).data.map { $0["id"]?.text }
                        == [other.id()])
                let stream = MemoryStream.id(of: try #require(UUID(id)))
                #expect(
                    try await api.types(of: stream) == ["memory.remembered", "memory.remembered", "memory.forgotten"])
            }
            // Nobody brings them up to date now.
            _ = try await api.post(path, token: token, #"{"content":"later"}"#)
            #expect(try await api.get("\(path)?min_version=4", token: token).code == "not_yet_projected")
        }
    }

    @Test func `said again it is the same memory, said otherwise it takes the other's place`() async throws {
        try await APIUnderTest.with(["LEDGERLINE_SEALING_KEY": Self.key]) { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.customer(api, token)
            let path = "/customers/\(id)/memories"
            let stream = MemoryStream.id(of: try #require(UUID(id)))
            func tell(_ text: String) async throws -> APIUnderTest.Answer {
                let answer = try await api.post(path, token: token, #"{"content":"\#(text)"}"#)
                #expect(answer.status == 201, "\(answer.raw.text)")
                return answer
            }
            // Nobody keeps the rows: what is known stands in the log alone, and sealed.
            let first = try await tell("Has a dog: Rex")
            let same = try await tell("has a dog: rex.")
            #expect(try same.id() == first.id() && same.text("content") == "Has a dog: Rex")
            #expect(same.raw["etag"] == "\"v2\"")
            let other = try await tell("Has a dog: Max")
            #expect(try other.id() != first.id() && other.raw["etag"] == "\"v4\"")
            #expect(try await tell("Has a dog: Max").id() == other.id())
            let told = ["memory.remembered", "memory.corrected", "memory.forgotten", "memory.remembered"]
            #expect(try await api.types(of: stream) == told + ["memory.corrected"])
            try await Self.learning(api, try Sealing(setting: Self.key)) {
                let list = try await api.get("\(path)?min_version=5", token: token)
                #expect(try list.data.map { $0["content"]?.text } == ["Has a dog: Max"])
                #expect(try list.data.map { $0["id"]?.text } == [other.id()])
                // The same with rows.
                #expect(try await tell("Has a dog: max").id() == other.id())
                #expect(try await tell("Has a dog: Rex").id() != first.id())
                let last = try await api.get("\(path)?min_version=8", token: token)
                #expect(try last.data.map { $0["content"]?.text } == ["Has a dog: Rex"])
            }
        }
    }

    @Test func `limits are told by their pointers`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.customer(api, token)
            func text(_ count: Int) -> String { String(repeating: "a", count: count) }
            let longest = MemoryDesk.contentLength.upperBound
            for (path, good, bad, pointer) in [
                ("/customers/\(id)/memories", text(longest), text(longest + 1), "content"),
                ("/memories/search", text(1_000), text(1_001), "text"), ("/patterns/search", text(1_000), "", "text"),
            ] {
                #expect(try await api.post(path, token: token, #"{"\#(pointer)":"\#(good)"}"#).status < 300)
                let refused = try await api.post(path, token: token, #"{"\#(pointer)":"\#(bad)"}"#)
                #expect(try refused.pointers == ["/\(pointer)"])
            }
            // {"a":"…"}
            let most = MemoryDesk.metadataBytesMax - 8
            for (count, status) in [(most, 201), (most + 1, 422)] {
                let body = #"{"content":"x \#(count)","metadata":{"a":"\#(text(count))"}}"#
                #expect(try await api.post("/customers/\(id)/memories", token: token, body).status == status)
            }
            let bad = try await api.post(
                "/patterns/search", token: token, #"{"text":"x","limit":101,"min_similarity":1.5,"customer_id":"x"}"#)
            #expect(try Set(bad.pointers) == ["/limit", "/min_similarity", "/customer_id"])
        }
    }

    @Test func `who is forgotten takes every memory along, also those that come late`() async throws {
        try await APIUnderTest.with(["LEDGERLINE_SEALING_KEY": Self.key]) { api in
            let sealing = try Sealing(setting: Self.key)
            let token = try await api.tokens(.developer).access
            let id = try await Self.customer(api, token)
            let (customer, path) = (try #require(UUID(id)), "/customers/\(id)/memories")
            _ = try await api.post(path, token: token, #"{"content":"Words that were sealed."}"#)
            let stream = MemoryStream.id(of: customer)
            #expect(MemoryStream.customer(of: stream) == customer && stream != customer)
            let payload = try await api.owner.query(
                "SELECT payload::text, key_id IS NOT NULL FROM events WHERE stream_id = \(stream)"
            ).one.decode(String.self, Bool.self)
            #expect(!payload.0.contains("Words") && payload.1)
            try await Self.learning(api, sealing) {
                let list = try await api.get("\(path)?min_version=1", token: token)
                #expect(try list.data.first?["content"]?.text == "Words that were sealed.")
                let erased = try await api.post("/customers/\(id)/erase", token: token, "")
                #expect(try erased.status == 200 && erased.text("erased_at") != nil, "\(erased.raw.text)")
                try await Self.until(api, "the rows are gone") {
                    try await api.owner.query("SELECT FROM memories_v1").isEmpty
                }
                let refused = try await api.post(path, token: token, #"{"content":"x"}"#)
                #expect(try refused.status == 409 && refused.code == "customer_erased")
                // Somebody who did not know yet.
                let log = try await EventLog.read(through: .pool(api.owner))
                let late = MemoryRemembered(memory: MemoryID(.v7()), kind: .fact, content: Private("late"))
                let event = try NewEvent(
                    .memory(.memoryRemembered(late)), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
                let append = StreamAppend(
                    to: stream, kind: .memory, of: api.first.organization.uuid, at: .next, [event])
                _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
                try await Self.until(api, "it was read") {
                    try await api.owner.query("SELECT FROM memory_owners_v1 WHERE version = 2").count == 1
                }
            }
            #expect(try await api.owner.query("SELECT FROM memories_v1").isEmpty)
            #expect(
                try await api.owner.query("SELECT FROM shred_keys WHERE destroyed_at IS NULL").isEmpty)
            // Built again from the log alone, nothing of it comes back.
            for table: SQL in [
                "DELETE FROM memory_owners_v1", "DELETE FROM memories_v1",
                "UPDATE consumer_lanes SET position = 0 WHERE consumer = 'learning@1'",
            ] { try await api.owner.execute(table) }
            try await Self.learning(api, sealing) {
                try await Self.until(api, "all of it again") {
                    try await api.owner.query(
                        "SELECT FROM memory_owners_v1 WHERE version = 2 AND erased_at IS NOT NULL"
                    ).count == 1
                }
            }
            #expect(try await api.owner.query("SELECT FROM memories_v1").isEmpty)
        }
    }

    @Test func `what calls taught is listed and found, until it is retired`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.analyst).access
            let log = try await EventLog.read(through: .pool(api.owner))
            let provenance = Provenance(call: CallID(api.first.call), version: 4, events: [EventID(.v7())])
            func told(_ facts: [PatternEvent], _ tenant: APIUnderTest.Tenant) async throws -> UUID {
                let stream = UUID.v7()
                let events = try facts.map {
                    try NewEvent(.pattern($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
                }
                let append = StreamAppend(to: stream, kind: .pattern, of: tenant.organization.uuid, at: .next, events)
                _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
                return stream
            }
            func learned(_ words: String) -> PatternEvent {
                .patternLearned(
                    PatternLearned(
                        kind: "opening", summary: Private(words), details: Private(.object(["a": .integer(1)])),
                        successRate: Fraction(0.5), provenance: provenance))
            }
            let used = try await told(
                [
                    learned("Name the last order first."),
                    .patternReinforced(PatternReinforced(success: true, successRate: Fraction(0.75), uses: 7)),
                ], api.first)
            let retired = try await told(
                [learned("Ask for the order number."), .patternRetired(PatternRetired(reason: .underperformed))],
                api.first)
            _ = try await told([learned("Their order.")], api.second)
            try await Self.learning(api) {
                try await Self.until(api, "three patterns") {
                    try await api.owner.query("SELECT FROM patterns_v1").count == 3
                }
            }
            let list = try await api.get("/patterns?include_total=true", token: token)
            #expect(try list.number("total") == 2)
            let rows = Dictionary(uniqueKeysWithValues: try list.data.map { ($0["id"]?.text ?? "", $0) })
            let row = try #require(rows[used.description])
            #expect(row["uses"]?.wholeNumber == 7 && row["success_rate"] == .double(0.75))
            #expect(row["version"]?.wholeNumber == 2 && row["details"] == .object([("a", .integer(1))]))
            #expect(row["provenance"]?["call_id"]?.text == api.first.call.description)
            #expect(rows[retired.description]?["retired_reason"]?.text == "underperformed")
            let inUse = try await api.get("/patterns?retired_at[present]=false", token: token)
            #expect(try inUse.data.map { $0["id"]?.text } == [used.description])
            let found = try await api.post("/patterns/search", token: token, #"{"text":"order"}"#)
            #expect(try found.data.map { $0["id"]?.text } == [used.description])
            #expect(try await api.get("/patterns", token: try await api.tokens(.viewer).access).status == 403)
        }
    }
}
