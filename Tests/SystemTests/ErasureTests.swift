import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Redis
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Somebody calls, everybody learns from it, and then they are to be forgotten: what is left of them, anywhere, is nothing.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ErasureTests {
    /// 32 bytes.
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    /// What the caller says, what the agent answers, what is kept of them, what they are called and what somebody noted.
    private static let spoken = "zyxomma"
    private static let answered = "quockerwodger"
    private static let remembered = "Frumious"
    private static let name = "Wulfhildis"
    private static let note = "brobdingnag"
    private static let by = "jillickerish"

    private static let rules = [
        ChatRule(spoken, say: "The \(answered) is on its way to you."),
        ChatRule("live", use: [.init("remember", #"{"text":"9 \#(remembered) Road","about":"Address"}"#)]),
        ChatRule("done", say: "I have noted that."),
    ]

    private static func makeThemTalk(_ phones: PhonesUnderTest) async throws -> CallID {
        let line = phones.ring([
            .hear(), .say("please find my \(spoken) today."), .hear(), .say("I live in \(remembered) Road."), .hear(),
            .hangUp,
        ])
        let call = try await phones.call(line)
        _ = try await phones.whole(call, endedFor: [.process])
        return call
    }

    private static func count(_ sql: SQL, _ phones: PhonesUnderTest) async throws -> Int {
        try await phones.api.owner.query(sql).one.decode(Int.self)
    }

    private static func holds(_ condition: SQL, _ phones: PhonesUnderTest) async throws -> Bool {
        try await phones.api.owner.query("SELECT \(condition)").one.decode(Bool.self)
    }

    /// Until everybody who learns has learned.
    private static func untilLearned(_ call: CallID, _ phones: PhonesUnderTest) async throws {
        try await phones.until("the looks, places and memories") {
            try await holds(
                """
                (SELECT count(*) = 2 FROM memories_v1 WHERE embedding IS NOT NULL)
                AND EXISTS (SELECT FROM call_analyses_v1 WHERE call_id = \(call.uuid))
                AND EXISTS (SELECT FROM calls_v1 WHERE call_id = \(call.uuid) AND summary IS NOT NULL)
                AND EXISTS (SELECT FROM search_texts_v1
                    WHERE call_id = \(call.uuid) AND kind = 'summary' AND embedding IS NOT NULL)
                """, phones)
        }
    }

    private static func search(_ word: String, _ phones: PhonesUnderTest) async throws -> Int {
        try await phones.post("/search", #"{"text":"\#(word)"}"#).data.count {
            $0["text"]?.text?.contains(word) ?? false
        }
    }

    private static func untilForgotten(_ phones: PhonesUnderTest, _ traces: String) async throws {
        try await phones.until("the end of all that was learned") {
            let isForgotten = try await holds(
                """
                NOT EXISTS (SELECT FROM memories_v1) AND NOT EXISTS (SELECT FROM pattern_sightings_v1)
                AND (SELECT count(*) = 1 FROM customers_v1 WHERE erased_at IS NOT NULL)
                AND EXISTS (SELECT FROM jobs_done WHERE kind = \(ForgettingJobs.calls) AND outcome = 'completed')
                """, phones)
            return try isForgotten && FileManager.default.contentsOfDirectory(atPath: traces).isEmpty
        }
    }

    /// Each stream has all its events, each lane all its places, and whoever reads them finds marks.
    private static func expectDenseLog(_ phones: PhonesUnderTest, _ before: Int) async throws {
        let owner = phones.api.owner
        #expect(
            try await owner.query(
                "SELECT FROM events GROUP BY lane HAVING max(position) <> count(*) OR min(position) <> 1"
            ).isEmpty)
        #expect(
            try await owner.query(
                "SELECT FROM events GROUP BY stream_id HAVING max(version) <> count(*) OR min(version) <> 1"
            ).isEmpty)
        #expect(try await count("SELECT count(*) FROM events", phones) > before)
    }

    private static func built(_ phones: PhonesUnderTest) async throws -> [String] {
        let pool = phones.api.owner
        let log = try await EventLog.read(through: .pool(pool))
        let consumer = CallsConsumer(sealing: try Sealing(setting: key))
        try await pool.execute("TRUNCATE calls_v1, turns_v1, transcript_segments_v1, tool_uses_v1")
        for lane in 0..<log.lanes {
            let events = try await log.page(lane: lane, after: 0, limit: 1_000, through: .pool(pool))
            if events.isEmpty { continue }
            try await pool.withTransaction { try await consumer.apply(events, in: $0) }
        }
        return try await pool.query("SELECT DISTINCT text FROM transcript_segments_v1 WHERE text IS NOT NULL").map {
            try $0.decode(String.self)
        }
    }

    @Test func `of who is erased no byte is left in any table, index, stream, trace, journal or log`() async throws {
        try await TemporaryFolder.with { folder in
            let (traces, journal) = (folder.path("traces"), folder.path("journal"))
            let sealing = ["LEDGERLINE_SEALING_KEY": Self.key]
            let realtime = ["LEDGERLINE_TRACES": traces, "LEDGERLINE_JOURNAL": journal]
            let workers = ["LEDGERLINE_SETTLED_AFTER": "1s", "LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]
            try await WebhookReceiver.with { receiver in
                try await PhonesUnderTest.with(
                    rules: Self.rules, sealing.merging(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]) { $1 },
                    workers: sealing.merging(workers) { $1 }, realtime: sealing.merging(realtime) { $1 }
                ) { phones in
                    try await Self.forget(phones, receiver, traces, journal)
                }
            }
        }
    }

    private static func forget(
        _ phones: PhonesUnderTest, _ receiver: WebhookReceiver, _ traces: String, _ journal: String
    ) async throws {
        let endpoint = try await phones.post(
            "/webhook-endpoints", #"{"url":"\#(receiver.url())","events":["*"]}"#)
        try #require(endpoint.status == 201, "\(endpoint.raw.text)")
        let customer = try await phones.post(
            "/customers",
            #"{"name":"\#(name)","phone":"\#(PhonesUnderTest.caller)","metadata":{"note":"\#(note)"}}"#
        ).id()
        _ = try await phones.post("/customers/\(customer)/memories", #"{"content":"Likes \#(by) tea."}"#)
        let call = try await makeThemTalk(phones)
        try await untilLearned(call, phones)

        // All of it was there, and whoever may ask was told; the log, its copies and the files never had it in the clear.
        let all = Remains(words: [spoken, answered, remembered, name, note, by])
        let known = try await all.tables(phones.api.owner)
        #expect(
            known == [
                "call_analyses_v1", "calls_v1", "customers_v1", "memories_v1",
                "search_texts_v1", "transcript_segments_v1",
            ])
        #expect(try await search(spoken, phones) > 0)
        let told = try await phones.api.get("/calls/\(call)/events?limit=200", token: phones.token)
        #expect(told.raw.text.contains(spoken) && told.raw.text.contains(answered), "\(told.raw.text)")
        try await phones.until("the webhooks") {
            receiver.deliveries.contains { String(decoding: $0.body, as: UTF8.self).contains(spoken) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: traces) == ["\(call).trace"])
        #expect(try all.files(in: journal).isEmpty && all.files(in: traces).isEmpty)
        let events = try await count("SELECT count(*) FROM events", phones)

        let erased = try await phones.post("/customers/\(customer)/erase")
        #expect(erased.status == 200, "\(erased.raw.text)")
        try await untilForgotten(phones, traces)

        #expect(try await all.tables(phones.api.owner).isEmpty)
        #expect(try await search(spoken, phones) == 0)
        // The numbers, too: but for what the carrier's own leg is known by, nothing says who called.
        let number = Remains(words: [String(PhonesUnderTest.caller.dropFirst())])
        #expect(try await number.tables(phones.api.owner).isEmpty)
        let redis = try RedisSettings(address: RedisAddress(Services.setting("REDIS_URL")))
        try await RedisClient.with(redis, on: phones.loop, resolver: HostResolver(on: Lane(name: "names"))) { redis in
            try await phones.loop.until("Redis") { redis.health.condition == .connected }
            #expect(try await all.keys(redis).isEmpty)
        }
        #expect(try all.files(in: journal).isEmpty && all.files(in: traces).isEmpty)
        for process in [phones.api.process, phones.calls.process, phones.workers] {
            let output = process.process.output
            #expect(!all.words.contains { output.contains($0) }, "a word stands in the log of a process")
        }
        try await expectDenseLog(phones, events)
        let after = try await phones.api.get("/calls/\(call)/events?limit=200", token: phones.token)
        #expect(after.status == 200 && after.raw.text.contains("(erased)") && !after.raw.text.contains(spoken))
        // Built again, it stays forgotten. The first organizations' calls, of whom nobody is, keep their words.
        #expect(Set(try await built(phones)) == ["(erased)", "words of first", "words of second"])
        #expect(try await (all.relations(phones.api.url, on: phones.loop)).isEmpty)
    }
}
