import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Agents from their first draft to the archive.
@Suite(.timeLimit(.minutes(4)), .serialized) struct AgentRoutesTests {
    static let new = #"{"name":"Reception","persona":{"system_prompt":"You answer the phone."}}"#

    private static func create(_ api: APIUnderTest, _ token: String) async throws -> APIUnderTest.Answer {
        let answer = try await api.post("/agents", token: token, new)
        try #require(answer.status == 201, "\(answer.raw.text)")
        return answer
    }

    @Test func `a draft is made with all that is usual, changed by parts, and each change is an event`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let made = try await Self.create(api, token)
            let id = try made.id()
            #expect(made.raw["location"] == "/api/v1/agents/\(id)" && made.raw["etag"] == "\"v1\"")
            #expect(try made.text("status") == "draft" && made.text("agent_type") == "general")
            #expect(try made.json["voice"]?["speed"]?.number == 1 && made.text("language") == "en")
            #expect(try made.json["turn_taking"]?["silence_ms"]?.wholeNumber == 500)
            #expect(try made.json["live_version"] == .null && made.number("version") == 1)
            guard case .array(let chain)? = try made.json["providers"]?["llm"] else {
                Issue.record("no chain")
                return
            }
            #expect(chain.first?["provider"]?.text == "openai")

            let body = #"{"voice":{"speed":1.5,"voice":"warm"},"language":"pt-BR"}"#
            let changed = try await api.patch("/agents/\(id)", token: token, body, headers: ["If-Match": "\"v1\""])
            #expect(changed.status == 200 && changed.raw["etag"] == "\"v2\"", "\(changed.raw.text)")
            #expect(try changed.json["voice"]?["speed"]?.number == 1.5 && changed.text("language") == "pt-BR")
            #expect(try changed.json["persona"]?["system_prompt"]?.text == "You answer the phone.")
            let stale = try await api.patch("/agents/\(id)", token: token, body, headers: ["If-Match": "\"v1\""])
            #expect(try stale.status == 412 && stale.code == "precondition_failed")
            // What changes nothing is no event; null is what is usual.
            #expect(try await api.patch("/agents/\(id)", token: token, body).number("version") == 2)
            let usual = try await api.patch("/agents/\(id)", token: token, #"{"language":null}"#)
            #expect(try usual.text("language") == "en" && usual.number("version") == 3)

            let stream = try #require(UUID(id))
            #expect(try await api.types(of: stream) == ["agent.created", "agent.changed", "agent.changed"])
            let read = try await api.get("/agents/\(id)?min_version=3", token: token)
            #expect(try read.json == usual.json)
            #expect(try await api.get("/agents/\(id)?min_version=4", token: token).code == "not_yet_projected")
            let known = try await api.ask(
                "GET", "/api/v1/agents/\(id)", token: token, headers: ["If-None-Match": "\"v3\""])
            #expect(known.status == 304)
            let row = try await api.owner.query(
                "SELECT version, (SELECT max(version) FROM events WHERE stream_id = agent_id) FROM agents")
            let (version, last) = try row.one.decode(Int32.self, Int32.self)
            #expect(version == 3 && last == 3)
        }
    }

    @Test func `what was published never changes, and an earlier version can be live again`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            let first = try await api.post("/agents/\(id)/publish", token: token, "")
            #expect(first.status == 200, "\(first.raw.text)")
            #expect(try first.text("status") == "active" && first.number("live_version") == 1)
            #expect(try first.json["has_unpublished_changes"] == .bool(false))
            let again = try await api.post("/agents/\(id)/publish", token: token, "")
            #expect(try again.status == 409 && again.code == "nothing_to_publish")

            let renamed = try await api.patch("/agents/\(id)", token: token, #"{"name":"Desk"}"#)
            #expect(try renamed.json["has_unpublished_changes"] == .bool(true))
            let second = try await api.post(
                "/agents/\(id)/publish", token: token, "", headers: ["If-Match": "\"v3\""])
            #expect(try second.number("live_version") == 2 && second.number("version") == 4)

            let versions = try await api.get("/agents/\(id)/versions?include_total=true&limit=1", token: token)
            #expect(try versions.data.map { $0["name"]?.text } == ["Desk"] && versions.number("total") == 2)
            let cursor = try #require(try versions.text("next_cursor"))
            let next = try await api.get("/agents/\(id)/versions?limit=1&cursor=\(cursor)", token: token)
            #expect(try next.data.map { $0["agent_version"]?.wholeNumber } == [1])
            #expect(try next.json["has_more"] == .bool(false))

            let back = try await api.post("/agents/\(id)/versions/1/restore", token: token, "")
            #expect(try back.number("live_version") == 1 && back.text("name") == "Desk", "the draft stays")
            let one = try await api.get("/agents/\(id)/versions/1", token: token)
            #expect(try one.text("name") == "Reception" && one.json["is_live"] == .bool(true))
            #expect(try await api.get("/agents/\(id)/versions/3", token: token).status == 404)
            #expect(try await api.post("/agents/\(id)/versions/3/restore", token: token, "").status == 404)
            #expect(
                try await api.types(of: try #require(UUID(id))) == [
                    "agent.created", "agent.published", "agent.changed", "agent.published", "agent.restored",
                ])
            let error = await #expect(throws: PostgresError.self) {
                try await withPool(at: api.url, on: api.owner.loop) { pool in
                    _ = try await pool.execute("UPDATE agent_versions SET name = 'other'")
                }
            }
            #expect(error?.sqlState == SQLState("42501"), "nobody may")
        }
    }

    @Test func `an archived agent can be read and nothing else, and none whose number is called is archived`()
        async throws
    {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            _ = try await api.post("/agents/\(id)/publish", token: token, "")
            let number = try await api.post(
                "/phone-numbers", token: token, #"{"number":"+15550100009","agent_id":"\#(id)"}"#)
            #expect(number.status == 201, "\(number.raw.text)")
            let used = try await api.delete("/agents/\(id)", token: token)
            #expect(try used.status == 409 && used.code == "agent_in_use")
            #expect(try await api.delete("/phone-numbers/\(try number.id())", token: token).status == 204)

            #expect(
                try await api.delete("/agents/\(id)", token: token, headers: ["If-Match": "\"v1\""]).status == 412)
            #expect(try await api.delete("/agents/\(id)", token: token).status == 204)
            #expect(try await api.delete("/agents/\(id)", token: token).status == 204)
            for answer in [
                try await api.patch("/agents/\(id)", token: token, #"{"name":"x"}"#),
                try await api.post("/agents/\(id)/publish", token: token, ""),
                try await api.post("/agents/\(id)/versions/1/restore", token: token, ""),
            ] {
                #expect(try answer.status == 409 && answer.code == "agent_archived")
            }
            #expect(try await api.get("/agents/\(id)", token: token).text("status") == "archived")
            #expect(try await api.get("/agents?status=archived", token: token).data.count == 1)
            #expect(try await api.get("/agents?status[ne]=archived", token: token).data.isEmpty)
            #expect(
                try await api.types(of: try #require(UUID(id))) == [
                    "agent.created", "agent.published", "agent.archived",
                ])
        }
    }

    @Test func `each setting is taken up to its limit and refused beyond it, by its pointer`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            func text(_ count: Int) -> String { "\"" + String(repeating: "a", count: count) + "\"" }
            func list(_ count: Int, _ element: (Int) -> String) -> String {
                "[" + (0..<count).map(element).joined(separator: ",") + "]"
            }
            func tool(_ members: String) -> String {
                #"{"tools":[{"name":"t","description":"d"\#(members.isEmpty ? "" : "," + members)}]}"#
            }
            func parameters(_ count: Int) -> String {
                // All but the description's own bytes.
                tool(#""parameters":{"type":"object","description":\#(text(count - 34))}"#)
            }
            // What is in range, what is not, and where.
            var cases: [(good: String, bad: String, pointer: String)] = [
                (#"{"name":\#(text(200))}"#, #"{"name":\#(text(201))}"#, "/name"),
                (#"{"agent_type":"sales"}"#, #"{"agent_type":"spy"}"#, "/agent_type"),
                (#"{"language":"zh-Hant-TW"}"#, #"{"language":"english"}"#, "/language"),
                (
                    #"{"persona":{"system_prompt":\#(text(20_000))}}"#,
                    #"{"persona":{"system_prompt":\#(text(20_001))}}"#, "/persona/system_prompt"
                ),
                (
                    #"{"persona":{"system_prompt":"p","first_message":\#(text(2_000))}}"#,
                    #"{"persona":{"system_prompt":"p","first_message":\#(text(2_001))}}"#, "/persona/first_message"
                ),
                (
                    #"{"persona":{"system_prompt":"p","tone_rules":\#(list(20) { _ in text(500) })}}"#,
                    #"{"persona":{"system_prompt":"p","tone_rules":\#(list(21) { _ in text(1) })}}"#,
                    "/persona/tone_rules"
                ),
                (
                    #"{"providers":{"llm":\#(list(5) { #"{"priority":\#($0 + 1)}"# })}}"#,
                    #"{"providers":{"llm":\#(list(6) { #"{"priority":\#($0 + 1)}"# })}}"#, "/providers/llm"
                ),
                (
                    #"{"providers":{"stt":[{"priority":100}]}}"#, #"{"providers":{"stt":[{"priority":101}]}}"#,
                    "/providers/stt/0/priority"
                ),
                (
                    #"{"providers":{"tts":[{"model":\#(text(100))}]}}"#,
                    #"{"providers":{"tts":[{"model":\#(text(101))}]}}"#, "/providers/tts/0/model"
                ),
                (
                    #"{"tools":\#(list(32) { #"{"name":"t\#($0)","description":"d"}"# })}"#,
                    #"{"tools":\#(list(33) { #"{"name":"t\#($0)","description":"d"}"# })}"#, "/tools"
                ),
                (
                    #"{"tools":[{"name":\#(text(64)),"description":"d"}]}"#,
                    #"{"tools":[{"name":\#(text(65)),"description":"d"}]}"#, "/tools/0/name"
                ),
                (
                    #"{"tools":[{"name":"t","description":\#(text(1_000))}]}"#,
                    #"{"tools":[{"name":"t","description":\#(text(1_001))}]}"#, "/tools/0/description"
                ),
                (tool(#""timeout_ms":60000"#), tool(#""timeout_ms":60001"#), "/tools/0/timeout_ms"),
                (tool(#""filler":\#(text(200))"#), tool(#""filler":\#(text(201))"#), "/tools/0/filler"),
                (tool(#""kind":"http","url":"https://a.example""#), tool(#""kind":"http""#), "/tools/0/url"),
                (tool(""), tool(#""url":"https://a.example""#), "/tools/0/url"),
                (tool(#""mode":"background""#), tool(#""kind":"http","url":"ftp://a.example""#), "/tools/0/url"),
                (
                    tool(#""kind":"http","url":"https://93.184.216.34/x""#),
                    tool(#""kind":"http","url":"https://127.0.0.1/x""#), "/tools/0/url"
                ),
                (parameters(16_384), parameters(16_385), "/tools/0/parameters"),
                (
                    tool(#""parameters":{"type":"object","properties":{"a":{}},"required":["a"]}"#),
                    tool(#""parameters":{"type":"object","properties":{"a":{}},"required":["b"]}"#),
                    "/tools/0/parameters"
                ),
                (tool(""), tool(#""parameters":{"type":"array"}"#), "/tools/0/parameters"),
                (tool(""), #"{"tools":[{"name":"Find Slot","description":"d"}]}"#, "/tools/0/name"),
                (
                    #"{"tools":[]}"#,
                    #"{"tools":[{"name":"t","description":"d"},{"name":"t","description":"d"}]}"#, "/tools"
                ),
                (#"{"turn_taking":{"speculates":false}}"#, #"{"turn_taking":{"colour":1}}"#, "/turn_taking/colour"),
                (
                    #"{"turn_taking":{"silence_min_ms":100,"silence_ms":100}}"#,
                    #"{"turn_taking":{"silence_min_ms":600}}"#, "/turn_taking/silence_ms"
                ),
            ]
            for name in ["voice", "style"] {
                cases.append(
                    (
                        #"{"voice":{"\#(name)":\#(text(100))}}"#, #"{"voice":{"\#(name)":\#(text(101))}}"#,
                        "/voice/\(name)"
                    ))
            }
            func http(_ count: Int) -> String {
                tool(#""kind":"http","url":"\#(("https://a/" + String(repeating: "a", count: 2_001)).prefix(count))""#)
            }
            cases.append((http(2_000), http(2_001), "/tools/0/url"))
            cases.append((http(9), http(8), "/tools/0/url"))
            let long = #"{"persona":{"system_prompt":"p","tone_rules":[\#(text(501))]}}"#
            cases.append((#"{"persona":{"system_prompt":"p"}}"#, long, "/persona/tone_rules"))
            let twice = #"{"providers":{"llm":[{"priority":2},{"priority":2}]}}"#
            cases.append((#"{"providers":{}}"#, twice, "/providers/llm"))
            for (name, low, high, step) in [
                ("speed", 0.5, 2.0, 0.01), ("pitch", -1, 1, 0.01), ("volume", 0, 2, 0.01),
            ] {
                cases.append(
                    (
                        #"{"voice":{"\#(name)":\#(low)}}"#, #"{"voice":{"\#(name)":\#(low - step)}}"#,
                        "/voice/\(name)"
                    ))
                cases.append(
                    (
                        #"{"voice":{"\#(name)":\#(high)}}"#, #"{"voice":{"\#(name)":\#(high + step)}}"#,
                        "/voice/\(name)"
                    ))
            }
            for (name, low, high) in [
                ("silence_max_ms", 500, 5_000), ("speculate_after_ms", 0, 2_000),
                ("interruption_speech_ms", 50, 5_000), ("interruption_words", 1, 10),
                ("inactivity_ms", 1_000, 120_000), ("duration_max_ms", 10_000, 14_400_000),
            ] {
                let pointer = "/turn_taking/\(name)"
                cases.append(
                    (#"{"turn_taking":{"\#(name)":\#(high)}}"#, #"{"turn_taking":{"\#(name)":\#(high + 1)}}"#, pointer))
                let under = name == "silence_max_ms" ? 99 : low - 1
                cases.append(
                    (#"{"turn_taking":{"\#(name)":\#(low)}}"#, #"{"turn_taking":{"\#(name)":\#(under)}}"#, pointer))
            }
            let id = try await Self.create(api, token).id()
            for (good, bad, pointer) in cases {
                let taken = try await api.patch("/agents/\(id)", token: token, good)
                #expect(taken.status == 200, "\(good.prefix(80)): \(taken.raw.text)")
                let refused = try await api.patch("/agents/\(id)", token: token, bad)
                let pointers = try refused.pointers
                #expect(refused.status == 422 && pointers.contains(pointer), "\(bad.prefix(80)): \(pointers)")
            }
            let nothing = try await api.post("/agents", token: token, "{}")
            #expect(try Set(nothing.pointers) == ["/name", "/persona"])
            let empty = try await api.post("/agents", token: token, #"{"name":"n","persona":{},"tools":[{}],"x":1}"#)
            #expect(
                try Set(empty.pointers) == [
                    "/persona/system_prompt", "/tools/0/name", "/tools/0/description", "/x",
                ])
            #expect(try await api.owner.query("SELECT count(*) FROM agents").one.decode(Int.self) == 1)
        }
    }

    @Test func `who may not changes nothing, and another organization's agent is none`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            _ = try await api.post("/agents/\(id)/publish", token: token, "")
            let viewer = try await api.tokens(.viewer).access
            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.get("/agents/\(id)", token: viewer).status == 200)
            #expect(try await api.get("/agents", token: theirs).data.isEmpty)
            let nobody = UUID.v7().description
            for (method, path, body) in [
                ("GET", "", String?.none), ("PATCH", "", #"{"name":"x"}"#), ("DELETE", "", nil),
                ("POST", "/publish", ""), ("GET", "/versions", nil), ("GET", "/versions/1", nil),
                ("POST", "/versions/1/restore", ""),
            ] {
                let path = "/api/v1/agents/\(id)\(path)"
                if method != "GET" {
                    #expect(try await api.ask(method, path, token: viewer, body: body).status == 403)
                }
                #expect(try await api.ask(method, path, token: theirs, body: body).status == 404, "\(path)")
                let missing = path.replacing(id, with: nobody)
                #expect(try await api.ask(method, missing, token: token, body: body).status == 404, "\(missing)")
            }
            #expect(try await api.post("/agents", token: viewer, Self.new).status == 403)
            #expect(try await api.types(of: try #require(UUID(id))) == ["agent.created", "agent.published"])
        }
    }

    @Test func `of many who change and publish at once each gets a version of the stream of its own`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            let versions: [Int64] = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let answer = try await api.patch(
                            "/agents/\(id)", token: token, #"{"name":"name \#(index)"}"#)
                        #expect(answer.status == 200)
                        return try answer.number("version")
                    }
                    group.addTask {
                        let answer = try await api.post("/agents/\(id)/publish", token: token, "")
                        let code = answer.status == 200 ? nil : try answer.code
                        #expect(code == nil || code == "nothing_to_publish")
                        return answer.status == 200 ? try answer.number("version") : nil
                    }
                }
                return try await group.compactMap(\.self).reduce(into: []) { $0.append($1) }
            }
            #expect(versions.sorted() == (2...Int64(versions.count + 1)).map(\.self))
            let events = try await api.types(of: try #require(UUID(id)))
            #expect(events.count == versions.count + 1)
            let published = try await api.get("/agents/\(id)/versions?include_total=true", token: token)
            #expect(try published.number("total") == Int64(events.count { $0 == "agent.published" }))
        }
    }
}
