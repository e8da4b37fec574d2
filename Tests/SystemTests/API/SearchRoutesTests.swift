import Crypto
import Domain
import Postgres
import Providers
import Store
import TestKit
import Testing
import Wire

/// What calls came to, and finding what was said in them, through the API.
@Suite(.timeLimit(.minutes(4)), .serialized) struct SearchRoutesTests {
    /// What the workers' process does, until nothing is left.
    private static func learn(_ api: APIUnderTest) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let consumers: [any Consumer] = [
            AnalysisConsumer(sealing: nil), CallsConsumer(), LearningConsumer(sealing: nil),
        ]
        var positions = [Int64](repeating: 0, count: Int(log.lanes))
        for _ in 0..<3 {
            for lane in 0..<log.lanes {
                let events = try await log.page(
                    lane: lane, after: positions[Int(lane)], limit: 1_000, through: .pool(api.owner))
                guard let last = events.last else { continue }
                for consumer in consumers {
                    // The console has brought calls up to date until here.
                    if consumer is CallsConsumer, positions[Int(lane)] == 0 { continue }
                    try await api.owner.withTransaction { try await consumer.apply(events, in: $0) }
                }
                positions[Int(lane)] = last.position
            }
            for tenant in [api.first, api.second] {
                for row in try await api.owner.query(
                    "SELECT stream_id FROM streams WHERE kind = 'call' AND organization_id = \(tenant.organization.uuid)"
                ) {
                    _ = try await AnalysisDesk(api.owner, log, nil).analyze(
                        CallID(try row.decode(UUID.self)), of: tenant.organization)
                }
            }
        }
        _ = try await EmbeddingDesk(api.owner, by: HashedEmbedder()).work()
    }

    private static func tell(_ api: APIUnderTest, _ tenant: APIUnderTest.Tenant, _ words: [String]) async throws -> UUID
    {
        let (call, log) = (UUID.v7(), try await EventLog.read(through: .pool(api.owner)))
        let leg = CarrierLeg(carrier: "telnyx", control: "v3:\(call)")
        var facts: [CallEvent] = [
            .callReceived(CallReceived(from: Private("+15550100002"), to: Private("+15550100001"), leg: leg))
        ]
        facts += words.map {
            .callerSaid(
                CallerSaid(
                    turn: TurnID(UUID.v7()), text: Private($0), startedAt: 0, endedAt: 900, provider: "deepgram"))
        }
        facts.append(.callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)))
        let events = try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let append = StreamAppend(to: call, kind: .call, of: tenant.organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        return call
    }

    private static func ids(_ answer: APIUnderTest.Answer) throws -> [String] {
        try answer.data.compactMap { $0["call_id"]?.text }
    }

    @Test func `what was said is found by words and by meaning, page after page, by its own organization`() async throws
    {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let boiler = try await Self.tell(api, api.first, ["the boiler is leaking water again", "please hurry"])
            let heater = try await Self.tell(api, api.first, ["my boilers are leaking everywhere"])
            let other = try await Self.tell(api, api.first, ["i would like to pay the invoice"])
            let theirs = try await Self.tell(api, api.second, ["their boiler is leaking too"])
            try await Self.learn(api)

            let said = try await api.post(
                "/search", token: token, #"{"text":"boiler leaking","in":["transcript"],"limit":2}"#)
            #expect(said.status == 200, "\(said.raw.text)")
            #expect(try Self.ids(said) == [boiler.description, heater.description], "\(said.raw.text)")
            let first = try #require(try said.data.first)
            #expect(first["kind"]?.text == "transcript" && first["speaker"]?.text == "caller")
            #expect(first["text"]?.text == "the boiler is leaking water again")
            #expect((first["similarity"]?.number ?? 0) > (try said.data[1]["similarity"]?.number ?? 1))
            #expect(!said.raw.text.contains("their"))

            // Page after page the same as all at once.
            func page(_ cursor: String?) async throws -> APIUnderTest.Answer {
                let more = cursor.map { #","cursor":"\#($0)""# } ?? ""
                return try await api.post("/search", token: token, #"{"text":"boiler","limit":1\#(more)}"#)
            }
            let whole = try await api.post("/search", token: token, #"{"text":"boiler","limit":100}"#)
            #expect(try whole.json["has_more"] == .bool(false) && whole.json["next_cursor"] == .null)
            var (seen, cursor): ([String?], String?) = ([], nil)
            repeat {
                let answer = try await page(cursor)
                seen += try answer.data.map { $0["id"]?.text }
                cursor = try answer.text("next_cursor")
            } while cursor != nil
            #expect(try seen == whole.data.map { $0["id"]?.text } && seen.count >= 3)
            let summaries = try await api.post("/search", token: token, #"{"text":"invoice","in":["summary"]}"#)
            #expect(try summaries.data.first?["call_id"]?.text == other.description)
            #expect(try summaries.data.allSatisfy { $0["kind"]?.text == "summary" && $0["speaker"] == .null })

            let foreign = try await api.tokens(.owner, of: api.second).access
            let found = try await api.post("/search", token: foreign, #"{"text":"boiler leaking","in":["transcript"]}"#)
            #expect(try Self.ids(found).first == theirs.description && !found.raw.text.contains("water"))
            for filter in ["customer_id", "agent_id"] {
                let nobodys = #"{"text":"boiler","\#(filter)":"\#(UUID.v7())"}"#
                #expect(try await api.post("/search", token: token, nobodys).data.isEmpty)
            }
        }
    }

    @Test func `what can't be searched is told by its pointer, and by whom it may not be`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let longest = String(repeating: "a", count: TextSearch.textLength.upperBound)
            #expect(try await api.post("/search", token: token, #"{"text":"\#(longest)","limit":100}"#).status == 200)
            for (body, pointers) in [
                (#"{}"#, ["/text"]), (#"{"text":"\#(longest)a"}"#, ["/text"]),
                (#"{"text":"x","limit":101}"#, ["/limit"]),
                (#"{"text":"x","limit":0}"#, ["/limit"]), (#"{"text":"x","in":[]}"#, ["/in"]),
                (#"{"text":"x","in":["nothing"],"agent_id":"x"}"#, ["/in", "/agent_id"]),
                (#"{"text":"x","q":1}"#, ["/q"]),
            ] {
                let refused = try await api.post("/search", token: token, body)
                #expect(try refused.status == 422 && refused.pointers == pointers, "\(body): \(refused.raw.text)")
            }
            let bad = try await api.post("/search", token: token, #"{"text":"x","cursor":"nonsense"}"#)
            #expect(try bad.status == 400 && bad.code == "invalid_cursor")
            for body in [#"{"text":"& | !"}"#, #"{"text":"'"}"#, #"{"text":"\\ \" ' : * <-> ("}"#] {
                let answer = try await api.post("/search", token: token, body)
                #expect(answer.status == 200, "\(answer.raw.text)")
            }
            // A key that may see what was learned sees no calls.
            let owner = try await api.tokens(.owner).access
            let made = try await api.post("/api-keys", token: owner, #"{"name":"k","scopes":["learning:read"]}"#)
            let key = try #require(try made.text("secret"), "\(made.raw.text)")
            #expect(try await api.post("/search", token: key, #"{"text":"x","in":["pattern"]}"#).status == 200)
            #expect(try await api.post("/search", token: key, #"{"text":"x"}"#).status == 403)
            #expect(try await api.post("/search", token: key, #"{"text":"x","in":["summary"]}"#).status == 403)
            #expect(
                try await api.post("/search", token: try await api.tokens(.viewer).access, #"{"text":"x"}"#).status
                    == 403)
            #expect(try await api.post("/search", #"{"text":"x"}"#).status == 401)
        }
    }

    @Test func `a call shows what it came to, and every look at it`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.viewer).access
            let call = try await Self.tell(api, api.first, ["i want to cancel my contract", "thanks bye"])
            #expect(try await api.get("/calls/\(call)/analyses", token: token).data.isEmpty)
            try await Self.learn(api)
            let looks = try await api.get("/calls/\(call)/analyses", token: token)
            #expect(looks.status == 200, "\(looks.raw.text)")
            let look = try #require(try looks.data.first)
            #expect(try looks.data.count == 1 && look["model"]?.text == "ledgerline/rules")
            #expect(look["summary"]?.text == "Caller: “i want to cancel my contract” Ended: caller_hung_up.")
            #expect(look["success"] == .bool(true) && look["success_reason"]?.text == "closed")
            #expect(look["intent"]?.text == "cancel" && look["extracted"] == .null && look["sentiment"] == .null)
            let events = try await api.get("/calls/\(call)/events", token: token).data.compactMap { $0["id"]?.text }
            guard case .array(let evidence)? = look["event_ids"] else {
                Issue.record("no evidence")
                return
            }
            #expect(!evidence.isEmpty && evidence.allSatisfy { $0.text.map(events.contains) ?? false })
            let row = try await api.get("/calls/\(call)", token: token)
            #expect(try row.text("summary") == look["summary"]?.text && row.text("intent") == "cancel")
            #expect(try row.json["success"] == .bool(true))
            let foreign = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.get("/calls/\(call)/analyses", token: foreign).status == 404)
        }
    }

    @Test func `what an agent's calls are looked at for is checked, kept and described`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            func agent(_ analysis: String) -> String {
                #"{"name":"a","persona":{"system_prompt":"p"},"analysis":\#(analysis)}"#
            }
            let made = try await api.post(
                "/agents", token: token,
                agent(
                    #"{"success_criteria":[{"kind":"tool_returned","any_of":["book"]},{"kind":"transferred"}],"intents":[{"name":"x","phrases":["a b"]}],"extract":{"type":"object","properties":{"day":{"type":"string","enum":["monday"]}}}}"#
                ))
            #expect(made.status == 201, "\(made.raw.text)")
            let id = try made.id()
            #expect(try made.json["analysis"]?["extract"]?["properties"]?["day"]?["type"]?.text == "string")
            let usual = try await api.patch("/agents/\(id)", token: token, #"{"analysis":{}}"#)
            #expect(try usual.json["analysis"]?["success_criteria"] == .array([]))
            #expect(try usual.json["analysis"]?["extract"]?["type"]?.text == "object")
            for (analysis, pointer) in [
                (
                    #"{"success_criteria":[{"kind":"transferred","any_of":["x"]}]}"#,
                    "/analysis/success_criteria/0/any_of"
                ),
                (#"{"success_criteria":[{"kind":"ended_by","any_of":["x"]}]}"#, "/analysis/success_criteria/0/any_of"),
                (
                    #"{"success_criteria":[{"kind":"caller_said","any_of":["!"]}]}"#,
                    "/analysis/success_criteria/0/any_of"
                ),
                (#"{"success_criteria":[{"kind":"tool_returned"}]}"#, "/analysis/success_criteria/0/any_of"),
                (#"{"success_criteria":[{"kind":"luck","any_of":["x"]}]}"#, "/analysis/success_criteria/0/kind"),
                (#"{"intents":[{"name":"x","phrases":[]}]}"#, "/analysis/intents/0/phrases"),
                (#"{"intents":[{"name":"x","phrases":["a"]},{"name":"x","phrases":["b"]}]}"#, "/analysis/intents"),
                (#"{"extract":{"type":"array"}}"#, "/analysis/extract"),
                (#"{"extract":{"type":"object","properties":[]}}"#, "/analysis/extract/properties"),
                (
                    #"{"extract":{"type":"object","properties":{"a/b":{"type":"object"}}}}"#,
                    "/analysis/extract/properties/a~1b/type"
                ),
                (
                    #"{"extract":{"type":"object","properties":{"a":{"type":"string","pattern":"x"}}}}"#,
                    "/analysis/extract/properties/a/pattern"
                ),
                (
                    #"{"extract":{"type":"object","properties":{"a":{"type":"integer","format":"email"}}}}"#,
                    "/analysis/extract/properties/a/format"
                ),
                (#"{"extract":{"type":"object","required":["a"]}}"#, "/analysis/extract/required"),
                (#"{"x":1}"#, "/analysis/x"),
            ] {
                let refused = try await api.post("/agents", token: token, agent(analysis))
                #expect(try refused.status == 422 && refused.pointers == [pointer], "\(analysis): \(refused.raw.text)")
            }
            let document = try await api.ask("GET", "/openapi.json").json
            #expect(document["components"]?["schemas"]?["CallAnalysis"] != nil)
        }
    }
}
