import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What the frame promises of every route, tried on the first ones.
@Suite(.timeLimit(.minutes(4)), .serialized) struct FrameTests {
    private static let newKey = #"{"name":"export","scopes":["calls:read"]}"#

    // MARK: - Keys

    @Test func `an API key does what its scopes say, until it is revoked`() async throws {
        try await APIUnderTest.with { api in
            let owner = try await api.tokens().access
            let made = try await api.post("/api-keys", token: owner, Self.newKey)
            #expect(made.status == 201, "\(made.raw.text)")
            let (secret, id) = (try #require(try made.json["secret"]?.text), try #require(try made.json["id"]?.text))
            let prefix = try #require(try made.json["prefix"]?.text)
            #expect(prefix.hasPrefix("ll_live_") && secret.hasPrefix(prefix))
            #expect(try await api.get("/calls", token: secret).data.count == 1)
            #expect(try await api.get("/api-keys", token: secret).status == 403)
            let me = try await api.get("/auth/me", token: secret)
            #expect(try me.json["type"]?.text == "api_key" && me.json["id"]?.text == id)

            let list = try await api.get("/api-keys?include_total=true", token: owner)
            #expect(try list.json["total"]?.wholeNumber == 1)
            #expect(!list.raw.text.contains(secret), "the secret is shown once")
            #expect(try list.data.first?["last_used_at"]?.text != nil)
            let stored = try await api.owner.query(
                "SELECT count(*) FROM api_keys WHERE api_keys::text LIKE '%' || \(secret) || '%'")
            #expect(try stored.one.decode(Int.self) == 0)

            #expect(try await api.ask("DELETE", "/api/v1/api-keys/\(id)", token: owner).status == 204)
            #expect(try await api.ask("DELETE", "/api/v1/api-keys/\(id)", token: owner).status == 204)
            #expect(try await api.get("/calls", token: secret).status == 401)
            let stream = try #require(UUID(id))
            #expect(try await api.types(of: stream) == ["api_key.created", "api_key.revoked"])
        }
    }

    @Test func `nobody grants what they do not have`() async throws {
        try await APIUnderTest.with { api in
            let admin = try await api.tokens(.admin).access
            let answer = try await api.post("/api-keys", token: admin, #"{"name":"k","scopes":["users:write"]}"#)
            #expect(answer.status == 403)
            #expect(try await api.owner.query("SELECT count(*) FROM api_keys").one.decode(Int.self) == 0)
        }
    }

    // MARK: - Bodies

    @Test func `everything wrong with a body is named at once, by its pointer`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            let answer = try await api.post(
                "/api-keys", token: token, #"{"scopes":["calls:read","fly"],"rate_tier":7,"colour":"red","a/b~c":1}"#)
            #expect(answer.status == 422)
            #expect(answer.raw["content-type"] == "application/problem+json")
            #expect(try answer.code == "invalid_body")
            #expect(Set(try answer.pointers) == ["/name", "/scopes", "/rate_tier", "/colour", "/a~1b~0c"])

            let deep = #"{"name":"# + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}"
            for (body, status, code) in [
                (deep, 400, "malformed_json"), ("{", 400, "malformed_json"),
                (#"{"name":"a","name":"b"}"#, 400, "malformed_json"),
                ("[]", 422, "invalid_body"), ("", 400, "malformed_json"),
                (#"{"name":"a\u0000b","scopes":["calls:read"]}"#, 422, "invalid_body"),
            ] {
                let answer = try await api.post("/api-keys", token: token, body)
                #expect(answer.status == status, "\(body.prefix(40)): \(answer.raw.text)")
                #expect(try answer.code == code)
            }
            let plain = try await api.post("/api-keys", token: token, "{}", headers: ["Content-Type": "text/plain"])
            #expect(plain.status == 415)
            let large = try await api.post(
                "/api-keys", token: token, #"{"name":"\#(String(repeating: "a", count: 1 << 20))"}"#)
            #expect(large.status == 413)
        }
    }

    @Test func `a whole number may be written with a point, and is kept as what it is`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            func agent(timeout: String) -> String {
                """
                {"name":"a","persona":{"system_prompt":"p"},
                "tools":[{"name":"look","description":"d","timeout_ms":\(timeout)}]}
                """
            }
            let made = try await api.post("/agents", token: token, agent(timeout: "2500.0"))
            #expect(made.status == 201, "\(made.raw.text)")
            #expect(made.raw.text.contains(#""timeout_ms":2500,"#) || made.raw.text.contains(#""timeout_ms":2500}"#))
            for wrong in ["2500.5", "99.0", "1e300", "-1.0"] {
                let refused = try await api.post("/agents", token: token, agent(timeout: wrong))
                #expect(refused.status == 422)
                #expect(try refused.pointers == ["/tools/0/timeout_ms"], "\(wrong)")
            }
        }
    }

    // MARK: - The same request twice

    @Test func `a request under one key has its effect once and its answer again`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            let key = ["Idempotency-Key": #""8e03978e-40d5-43dd-bc93-6894a57f9324""#]
            let first = try await api.post("/api-keys", token: token, Self.newKey, headers: key)
            let again = try await api.post(
                "/api-keys", token: token, Self.newKey,
                headers: ["Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"])
            #expect(first.status == 201 && again.status == 201)
            #expect(first.raw.body == again.raw.body)
            #expect(again.raw["idempotent-replayed"] == "true" && first.raw["idempotent-replayed"] == nil)
            #expect(again.raw["location"] == first.raw["location"])
            let other = try await api.post(
                "/api-keys", token: token, #"{"name":"other","scopes":["calls:read"]}"#, headers: key)
            #expect(other.status == 422)
            #expect(try other.code == "idempotency_key_reused")
            let refused = try await api.post("/api-keys", token: token, "{}", headers: ["Idempotency-Key": "second"])
            let refusedAgain = try await api.post(
                "/api-keys", token: token, "{}", headers: ["Idempotency-Key": "second"])
            #expect(refused.status == 422 && refusedAgain.raw["idempotent-replayed"] == "true")
            #expect(refused.raw.body == refusedAgain.raw.body)
            let others = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.post("/api-keys", token: others, Self.newKey, headers: key).status == 201)
            #expect(try await api.owner.query("SELECT count(*) FROM api_keys").one.decode(Int.self) == 2)
            let secret = try #require(try first.json["secret"]?.text)
            let kept = try await api.owner.query(
                "SELECT count(*) FROM idempotency_keys WHERE position(convert_to(\(secret), 'UTF8') IN response) > 0")
            #expect(try kept.one.decode(Int.self) == 0, "what is shown once is kept sealed")
            let bad = try await api.post("/api-keys", token: token, Self.newKey, headers: ["Idempotency-Key": "a b"])
            #expect(try bad.code == "invalid_idempotency_key")
        }
    }

    @Test func `of many with one key at once, one has the effect`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await api.post("/api-keys", token: token, Self.newKey, headers: ["Idempotency-Key": "one"])
                            .status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 201 || $0 == 409 } && statuses.contains(201), "\(statuses)")
            #expect(try await api.owner.query("SELECT count(*) FROM api_keys").one.decode(Int.self) == 1)
        }
    }

    @Test func `one that is being answered is refused, and one whose owner died is taken over`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            let hash = HashFunction.sha256.digest(of: Array(Self.newKey.utf8))
            try await api.owner.execute(
                """
                INSERT INTO idempotency_keys (organization_id, key, route, expires_at, busy_until, attempt, request_sha256)
                VALUES (\(api.first.organization.uuid), 'k', 'POST /api/v1/api-keys', now() + interval '1 day',
                    now() + interval '1 minute', gen_random_uuid(), \(hash))
                """)
            let busy = try await api.post("/api-keys", token: token, Self.newKey, headers: ["Idempotency-Key": "k"])
            #expect(busy.status == 409 && busy.raw["retry-after"] == "1")
            #expect(try busy.code == "idempotency_in_progress")
            try await api.owner.execute("UPDATE idempotency_keys SET busy_until = now() - interval '1 second'")
            let taken = try await api.post("/api-keys", token: token, Self.newKey, headers: ["Idempotency-Key": "k"])
            #expect(taken.status == 201)
        }
    }

    // MARK: - Lists

    private static func addCalls(_ count: Int, _ api: APIUnderTest) async throws {
        for index in 0..<count {
            // Several at one moment: their order must be settled all the same.
            try await api.owner.execute(
                """
                INSERT INTO calls_v1 (call_id, organization_id, started_at, status, turns, tool_uses, interruptions, errors,
                    fallbacks, version, direction, duration_ms, folding)
                SELECT gen_random_uuid(), organization_id, timestamptz '2026-01-01' + \(Int64(index / 3)) * interval '1 hour',
                    'ended', 0, 0, 0, 0, 0, 1, \(index % 2 == 0 ? "inbound" : "outbound"), \(Int64(index) * 1000), folding
                FROM calls_v1 WHERE call_id = \(api.first.call)
                """)
        }
    }

    @Test func `pages follow each other without gap or repetition`() async throws {
        try await APIUnderTest.with { api in
            try await Self.addCalls(11, api)
            let token = try await api.tokens().access
            let whole = try await api.get("/calls?include_total=true", token: token)
            let ids = try whole.data.compactMap { $0["id"]?.text }
            #expect(ids.count == 12 && Set(ids).count == 12)
            #expect(try whole.json["total"]?.wholeNumber == 12 && whole.json["has_more"] == .bool(false))
            var (paged, cursor): ([String], String?) = ([], nil)
            for _ in 0..<5 {
                let page = try await api.get("/calls?limit=5" + (cursor.map { "&cursor=\($0)" } ?? ""), token: token)
                paged += try page.data.compactMap { $0["id"]?.text }
                cursor = try page.json["next_cursor"]?.text
                if cursor == nil { break }
            }
            #expect(paged == ids)

            let first = try await api.get("/calls?limit=5", token: token)
            let given = try #require(try first.json["next_cursor"]?.text)
            let stranger = try await api.tokens(.owner, of: api.second).access
            for (query, token) in [
                // The last sign says two bits alone, and may be an A already.
                ("cursor=\(given.first == "A" ? "B" : "A")\(given.dropFirst())", token), ("cursor=x", token),
                ("cursor=\(given)&status=ended", token),
                ("cursor=\(given)", stranger), ("cursor=\(String(repeating: "A", count: 500))", token),
            ] {
                let answer = try await api.get("/calls?\(query)", token: token)
                #expect(answer.status == 400, "\(query)")
                #expect(try answer.code == "invalid_cursor")
            }
        }
    }

    @Test func `filters are those of the list, and nothing else is taken`() async throws {
        try await APIUnderTest.with { api in
            try await Self.addCalls(11, api)
            let token = try await api.tokens().access
            try await api.owner.execute(
                """
                UPDATE calls_v1 SET metadata = '{"order": "4711", "tries": 2, "vip": true}' WHERE call_id = \(api.first.call)
                """)
            for (query, count) in [
                ("direction=outbound", 5), ("direction[in]=inbound,outbound", 12), ("direction[ne]=inbound", 5),
                ("duration_ms[gte]=9000", 2), ("duration_ms[lt]=1000", 1), ("agent_id[present]=true", 0),
                ("started_at[lt]=2026-01-01T00:30:00Z", 3), ("started_at[gte]=2026-01-01T04:00:00%2B01:00", 3),
                ("customer_id[present]=false", 12), ("ended_reason=caller_hung_up", 1), ("status=queued", 0),
                ("agent_id=0198c5a2-7a00-7000-8000-000000000001", 0), ("limit=1", 1), ("agent_version[gte]=1", 0),
                ("sentiment[lt]=0.5", 0), ("q=words", 1), ("q=%22words%20of%22%20-second", 1), ("q=second", 0),
                ("q=nobody%20said%20this", 0), ("metadata.order=4711", 1), ("metadata.tries=2", 1),
                ("metadata.vip=true", 1), ("metadata.order=4712", 0), ("metadata.nothing=4711", 0),
            ] {
                let answer = try await api.get("/calls?\(query)", token: token)
                #expect(answer.status == 200, "\(query): \(answer.raw.text)")
                #expect(try answer.data.count == count, "\(query)")
            }
            let many = Array(repeating: "inbound", count: ListFilter.valuesMax + 1).joined(separator: ",")
            for query in [
                "color=red", "status=asleep", "status[gt]=ended", "status[like]=e", "duration_ms=long", "limit=0",
                "limit=201", "include_total=maybe", "started_at[gt]=yesterday", "agent_id=1",
                "status=ended&status=queued",
                "direction[in]=\(many)", "sentiment=high", "sentiment=inf", "agent_version=two", "metadata=1",
                "metadata.=1",
                "metadata.\(String(repeating: "k", count: ListFilter.keyLengths.upperBound + 1))=1",
                "metadata.order[ne]=1",
                "q[ne]=words", "q=\(String(repeating: "w", count: ListFilter.textMax + 1))", "q=",
                "folding[present]=true", "customer_id[present]=perhaps",
            ] {
                let answer = try await api.get("/calls?\(query)", token: token)
                #expect(answer.status == 400, "\(query): \(answer.status)")
                #expect(try answer.code == "invalid_parameter")
                #expect(try answer.pointers.count == 1)
            }
        }
    }

    // MARK: - One call

    @Test func `a call is shown with all that is known of it`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.viewer).access
            let path = "/calls/\(api.first.call)"
            let call = try await api.get(path, token: token)
            #expect(call.status == 200 && call.raw["etag"] == #""v4""#, "\(call.raw.text)")
            #expect(try call.json["status"]?.text == "ended" && call.json["duration_ms"]?.wholeNumber == 4000)
            let known = try await api.ask(
                "GET", "/api/v1" + path, token: token, headers: ["If-None-Match": #""v4""#])
            #expect(known.status == 304 && known.raw.body.isEmpty)
            let segments = try await api.get(path + "/transcript", token: token).data
            #expect(segments.map { $0["text"]?.text } == ["words of first"])
            #expect(try await api.get(path + "/turns", token: token).data.count == 1)
            let events = try await api.get(path + "/events?after=2", token: token).data
            #expect(events.compactMap { $0["type"]?.text } == ["caller.said", "call.ended"])
            let past = try await api.get(path + "/state?at_version=1", token: token)
            #expect(try past.json["status"]?.text == "ringing" && past.json["version"]?.wholeNumber == 1)
            #expect(try await api.get(path + "/state", token: token).json["status"]?.text == "ended")
        }
    }

    @Test func `a version that is not there yet is waited for, then told of`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            #expect(try await api.get("/calls/\(api.first.call)?min_version=4", token: token).status == 200)
            let answer = try await api.get("/calls/\(api.first.call)?min_version=5", token: token)
            #expect(answer.status == 409)
            #expect(try answer.code == "not_yet_projected")
            #expect(try await api.get("/calls/\(UUID.v7())?min_version=5", token: token).status == 404)
        }
    }

    // MARK: - Browsers

    @Test func `pages of the allow-list may read answers, others not`() async throws {
        try await APIUnderTest.with(["LEDGERLINE_ALLOWED_ORIGINS": "https://app.example:8443"]) { api in
            let preflight = try await api.ask(
                "OPTIONS", "/api/v1/api-keys",
                headers: ["Origin": "https://app.example:8443", "Access-Control-Request-Method": "POST"])
            #expect(preflight.status == 204)
            #expect(preflight.raw["access-control-allow-origin"] == "https://app.example:8443")
            #expect(preflight.raw["access-control-allow-methods"]?.contains("POST") == true)
            let other = try await api.ask("GET", "/api/v1/calls", headers: ["Origin": "https://evil.example"])
            #expect(other.raw["access-control-allow-origin"] == nil && other.raw["vary"]?.contains("Origin") == true)
            let refusal = try await api.ask("GET", "/api/v1/calls", headers: ["Origin": "https://app.example:8443"])
            #expect(refusal.status == 401 && refusal.raw["access-control-allow-origin"] != nil)
            #expect(refusal.raw["x-frame-options"] == "DENY" && refusal.raw["x-request-id"] != nil)
        }
    }
}
