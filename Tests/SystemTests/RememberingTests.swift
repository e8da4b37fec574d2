import Crypto
import Domain
import Jobs
import Postgres
import Simulators
import Store
import Testing
import Wire

/// What agents are asked to remember in calls: from the word on the telephone to the next call, through all three processes.
@Suite(.timeLimit(.minutes(4)), .serialized) struct RememberingTests {
    private static let rules = [
        ChatRule("moved to Oak", use: [.init("remember", #"{"text":"9 Oak Road","about":"Address"}"#)]),
        ChatRule("moved to Mill", use: [.init("remember", #"{"text":"5 Mill Lane","about":"Address","kind":"fact"}"#)]),
        ChatRule("done", say: "I have noted that."),
    ]

    private static func say(_ words: String, _ phones: PhonesUnderTest) async throws -> CallID {
        let line = phones.ring([.hear(), .say(words), .hear(), .hangUp])
        let call = try await phones.call(line)
        _ = try await phones.whole(call, endedFor: [.process])
        return call
    }

    private static func memories(of customer: String, _ phones: PhonesUnderTest) async throws -> [JSONValue] {
        try await phones.api.get("/customers/\(customer)/memories", token: phones.token).data
    }

    /// Places that are kept, but for those of what was said in calls: somebody reckons these now and then.
    private static func places(_ phones: PhonesUnderTest) async throws -> Int {
        try await phones.api.owner.query(
            """
            SELECT count(*) FROM embedding_cache
            WHERE content_sha256 NOT IN (SELECT content_sha256 FROM search_texts_v1)
            """
        ).one.decode(Int.self)
    }

    @Test func `a fact that a call taught is known in the next one, and the last word of several holds`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            let customer = try await phones.post("/customers", #"{"name":"Ada","phone":"\#(PhonesUnderTest.caller)"}"#)
                .id()
            let stream = MemoryStream.id(of: try #require(UUID(customer)))
            let call = try await Self.say("I moved to Oak Road.", phones)
            try await phones.until("the memory") { try await Self.memories(of: customer, phones).count == 1 }
            let memory = try #require(try await Self.memories(of: customer, phones).first)
            #expect(memory["content"]?.text == "Address: 9 Oak Road" && memory["kind"]?.text == "fact")

            // Its words are in the log: what the caller said, and what the agent made of it.
            let provenance = try #require(memory["provenance"])
            #expect(provenance["call_id"]?.text == "\(call)")
            let told = try await phones.told(call)
            let asked = try #require(told.first { $0.type == "tool.called" })
            let said = try #require(told.first { $0.type == "caller.said" })
            #expect(provenance["version"]?.wholeNumber == Int64(asked.event.version))
            #expect(
                provenance["event_ids"]
                    == .array([.string(said.event.id.description), .string(asked.event.id.description)]))

            // Asked once more for the same use, it changes nothing.
            let args = JSONValue.object([
                ("call", .string(call.description)), ("version", .integer(Int64(asked.event.version))),
            ])
            var job = NewJob(MemoryErrand.rememberKind, args: args.bytes())
            job.organization = phones.api.first.organization.uuid
            #expect(try await JobBoard(phones.api.owner).enqueue(job) != nil)
            try await phones.until("the job again") { try await phones.jobs("remember") == 2 }
            #expect(try await phones.api.types(of: stream) == ["memory.remembered"])

            let second = try await Self.say("I moved to Mill Lane.", phones)
            let loaded = try await phones.told(second).filter { $0.type == "context.loaded" }
            let id = try #require(memory["id"]?.text)
            #expect(loaded.contains { String(decoding: $0.event.payload, as: UTF8.self).contains(id) })
            #expect(
                phones.calls.world.chat.stage.seen.documents.contains {
                    String(decoding: $0.bytes(), as: UTF8.self).contains(
                        "What is known of the customer:\\nName: Ada\\nAddress: 9 Oak Road")
                })
            try await phones.until("the new address") {
                try await Self.memories(of: customer, phones).map { $0["content"]?.text } == ["Address: 5 Mill Lane"]
            }
            _ = try await Self.say("I moved to Mill Lane.", phones)
            try await phones.until("the third job") { try await phones.jobs("remember") == 4 }
            #expect(
                try await phones.api.types(of: stream) == [
                    "memory.remembered", "memory.forgotten", "memory.remembered", "memory.corrected",
                ])
            #expect(try await Self.memories(of: customer, phones).count == 1)
            try await phones.until("its place among texts") {
                try await phones.api.owner.query("SELECT FROM memories_v1 WHERE embedding IS NULL").isEmpty
            }

            // Words that are gone are gone from the cache as well: the questions alone are left when the customer is.
            try await phones.until("the superseded words' end") {
                try await Self.places(phones) == 1 + StandingQuestions.texts.count
            }
            _ = try await phones.post("/customers/\(customer)/erase")
            try await phones.until("the customer's end") {
                try await Self.places(phones) == StandingQuestions.texts.count
            }
            #expect(try await phones.api.owner.query("SELECT FROM memories_v1").isEmpty)
        }
    }

    @Test func `of whom nobody knows nothing is remembered, and the call goes on`() async throws {
        try await PhonesUnderTest.with(rules: Self.rules) { phones in
            _ = try await phones.api.post(
                "/customers", token: phones.foreign, #"{"name":"Theirs","phone":"\#(PhonesUnderTest.caller)"}"#)
            let call = try await Self.say("I moved to Oak Road.", phones)
            let told = try await phones.told(call)
            #expect(told.contains { $0.type == "tool.returned" })
            let loaded = try #require(told.first { $0.type == "context.loaded" })
            #expect(try loaded.member("customer_id") == nil && loaded.member("memories") == .array([]))
            try await phones.until("the job's end") {
                try await phones.api.owner.query(
                    "SELECT FROM jobs_done WHERE kind = 'remember' AND outcome = 'discarded'"
                ).count == 1
            }
            #expect(try await phones.api.owner.query("SELECT FROM events WHERE type LIKE 'memory.%'").isEmpty)
        }
    }
}
