import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Customers through the API, ahead of the read model and behind it.
@Suite(.timeLimit(.minutes(4)), .serialized) struct CustomerRoutesTests {
    static let new =
        #"{"name":"Ada","phone":"+15550100077","email":"Ada@Example.org","segment":"vip","metadata":{"order":"4711"}}"#

    private static func create(
        _ api: APIUnderTest, _ token: String, _ body: String = new
    ) async throws -> APIUnderTest.Answer {
        let answer = try await api.post("/customers", token: token, body)
        try #require(answer.status == 201, "\(answer.raw.text)")
        return answer
    }

    @Test func `who wrote reads what was written at once, and the read model says the same later`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let made = try await Self.create(api, token)
            let id = try made.id()
            #expect(made.raw["location"] == "/api/v1/customers/\(id)" && made.raw["etag"] == "\"v1\"")
            #expect(try made.json["emails"] == .array([.string("ada@example.org")]))
            let changed = try await api.patch(
                "/customers/\(id)", token: token,
                #"{"segment":null,"phone":"+15550100078","metadata":{"order":null,"seat":4}}"#,
                headers: ["If-Match": "\"v1\""])
            #expect(changed.status == 200 && changed.raw["etag"] == "\"v2\"", "\(changed.raw.text)")
            #expect(try changed.json["phones"] == .array([.string("+15550100077"), .string("+15550100078")]))
            #expect(try changed.json["metadata"] == .object([("seat", .integer(4))]))
            #expect(try changed.json["segment"] == .null)
            let same = try await api.patch("/customers/\(id)", token: token, #"{"name":"Ada"}"#)
            #expect(try same.number("version") == 2, "what changes nothing is no event")

            // Nobody has projected anything.
            let early = try await api.get("/customers/\(id)?min_version=2", token: token)
            #expect(try early.json == changed.json)
            #expect(try await api.get("/customers/\(id)?min_version=3", token: token).code == "not_yet_projected")
            #expect(try await api.get("/customers", token: token).data.isEmpty)
            try await api.projectingCustomers(until: "the row") {
                try await api.owner.query("SELECT FROM customers WHERE version = 2").count == 1
            }
            let late = try await api.get("/customers/\(id)", token: token)
            #expect(try late.json == early.json)
            let stream = try #require(UUID(id))
            #expect(try await api.types(of: stream) == ["customer.created", "customer.changed"])

            for (query, count) in [
                ("phone=%2B15550100078", 1), ("phone=%2B15550100079", 0), ("email=ADA@example.org", 1),
                ("segment[present]=false", 1), ("segment=vip", 0), ("created_at[gt]=2020-01-01T00:00:00Z", 1),
            ] {
                let found = try await api.get("/customers?\(query)&include_total=true", token: token)
                #expect(try found.data.count == count && found.number("total") == Int64(count), "\(query)")
            }
            for query in ["phone[ne]=1", "phone=", "email=\(String(repeating: "a", count: 321))", "name=Ada"] {
                #expect(try await api.get("/customers?\(query)", token: token).code == "invalid_parameter", "\(query)")
            }
        }
    }

    @Test func `one number or address is one customer's, in each organization`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let theirs = try await api.tokens(.developer, of: api.second).access
            let id = try await Self.create(api, token).id()
            let other = try await Self.create(api, token, #"{"name":"Bob"}"#).id()
            for body in [#"{"phone":"+15550100077"}"#, #"{"email":"ADA@example.org","phone":"+15550100070"}"#] {
                for answer in [
                    try await api.post("/customers", token: token, body),
                    try await api.patch("/customers/\(other)", token: token, body),
                ] {
                    #expect(try answer.status == 409 && answer.code == "customer_exists")
                    #expect(try answer.text("detail")?.contains(id) == true && !answer.raw.text.contains("+1555"))
                }
            }
            // Nothing of what was refused is kept.
            let kept = try await api.owner.query("SELECT count(*) FROM customer_handles").one.decode(Int.self)
            #expect(kept == 2)
            _ = try await Self.create(api, theirs)
            // Given up, it is another's to have.
            #expect(try await api.patch("/customers/\(id)", token: token, #"{"phone":null}"#).status == 200)
            #expect(
                try await api.patch("/customers/\(other)", token: token, #"{"phone":"+15550100077"}"#).status == 200)

            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await api.post("/customers", token: token, #"{"phone":"+15550100088"}"#).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.sorted() == [201] + Array(repeating: 409, count: 7))
        }
    }

    @Test func `a customer who is forgotten leaves an id, and the keys are gone`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            let stream = try #require(UUID(id))
            try await api.owner.execute(
                """
                INSERT INTO shred_keys (organization_id, subject_id, wrapped_key)
                VALUES (\(api.first.organization.uuid), \(stream), '\\x01')
                """)
            #expect(
                try await api.delete("/customers/\(id)", token: token, headers: ["If-Match": "\"v9\""]).status == 412)
            #expect(try await api.delete("/customers/\(id)", token: token).status == 204)
            #expect(try await api.delete("/customers/\(id)", token: token).status == 204)
            let gone = try await api.patch("/customers/\(id)", token: token, #"{"name":"x"}"#)
            #expect(try gone.status == 409 && gone.code == "customer_erased")
            let left = try await api.get("/customers/\(id)", token: token)
            #expect(try left.json["name"] == .null && left.text("erased_at") != nil)
            #expect(try left.json["phones"] == .array([]) && left.json["metadata"] == .object(JSONObject()))
            #expect(try await api.types(of: stream) == ["customer.created", "customer.erased"])
            for question: SQL in [
                "SELECT count(*) FROM customer_handles", "SELECT count(*) FROM shred_keys WHERE destroyed_at IS NULL",
            ] {
                #expect(try await api.owner.query(question).one.decode(Int.self) == 0)
            }
            // The number is free again.
            _ = try await Self.create(api, token)
        }
    }

    @Test func `of many who change a customer at once each is told what the log has taken`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            let versions: [Int64] = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let answer = try await api.patch(
                            "/customers/\(id)", token: token, #"{"metadata":{"m\#(index)":1}}"#)
                        let code = answer.status == 200 ? nil : try answer.code
                        #expect(code == nil || code == "customer_busy")
                        return answer.status == 200 ? try answer.number("version") : nil
                    }
                }
                return try await group.reduce(into: [Int64]()) { if let version = $1 { $0.append(version) } }
            }
            #expect(!versions.isEmpty && versions.sorted() == (2...Int64(versions.count + 1)).map(\.self))
            let events = try await api.types(of: try #require(UUID(id)))
            #expect(events.count == versions.count + 1)
            let row = try await api.get("/customers/\(id)?min_version=\(versions.count + 1)", token: token)
            guard case .object(let metadata)? = try row.json["metadata"] else {
                Issue.record("no metadata")
                return
            }
            #expect(metadata.members.count == versions.count + 1, "nobody's change is lost")
        }
    }

    @Test func `a customer's calls are those, in pages`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.viewer).access
            let id = try await Self.create(api, try await api.tokens(.developer).access).id()
            #expect(try await api.get("/customers/\(id)/calls", token: token).data.isEmpty)
            try await api.owner.execute("UPDATE calls_v1 SET customer_id = \(try #require(UUID(id)))")
            let calls = try await api.get("/customers/\(id)/calls?include_total=true&status=ended", token: token)
            #expect(try calls.data.map { $0["id"]?.text } == [api.first.call.description])
            #expect(try calls.number("total") == 1)
            #expect(try await api.get("/customers/\(id)/calls?customer_id=\(id)", token: token).status == 400)
        }
    }

    @Test func `what is no customer is told by its pointer, up to each limit`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            func text(_ count: Int) -> String { "\"" + String(repeating: "a", count: count) + "\"" }
            func deep(_ levels: Int) -> String {
                String(repeating: #"{"a":"#, count: levels) + "1" + String(repeating: "}", count: levels)
            }
            let id = try await Self.create(api, token).id()
            for (good, bad, pointer) in [
                (#"{"name":\#(text(200))}"#, #"{"name":\#(text(201))}"#, "/name"),
                (#"{"segment":\#(text(100))}"#, #"{"segment":\#(text(101))}"#, "/segment"),
                (#"{"phone":"+123456789012345"}"#, #"{"phone":"+1234567890123456"}"#, "/phone"),
                (#"{"phone":"+1234567"}"#, #"{"phone":"+123456"}"#, "/phone"),
                (#"{"phone":null}"#, #"{"phone":"0015550100077"}"#, "/phone"),
                (#"{"phone":null}"#, #"{"phone":"+05550100077"}"#, "/phone"),
                (#"{"email":"a@b"}"#, #"{"email":"a b@c"}"#, "/email"),
                (
                    #"{"email":"\#(String(repeating: "a", count: 318))@b"}"#,
                    #"{"email":"\#(String(repeating: "a", count: 319))@b"}"#, "/email"
                ),
                (#"{"metadata":\#(deep(16))}"#, #"{"metadata":\#(deep(17))}"#, "/metadata"),
                (#"{"metadata":{\#(text(100)):1}}"#, #"{"metadata":{\#(text(101)):1}}"#, "/metadata"),
                (#"{"metadata":{"b":\#(text(16_376))}}"#, #"{"metadata":{"b":\#(text(16_377))}}"#, "/metadata"),
                (#"{"metadata":{}}"#, #"{"metadata":{"phone":"1"}}"#, "/metadata"),
                (#"{"metadata":{}}"#, #"{"metadata":[]}"#, "/metadata"),
                ("{}", #"{"colour":1}"#, "/colour"),
            ] {
                let taken = try await api.patch("/customers/\(id)", token: token, good)
                #expect(taken.status == 200, "\(good.prefix(60)): \(taken.raw.text.suffix(300))")
                let refused = try await api.patch("/customers/\(id)", token: token, bad)
                let pointers = try refused.pointers
                #expect(refused.status == 422 && pointers == [pointer], "\(bad.prefix(60)): \(pointers)")
            }
            #expect(try await api.post("/customers", token: token, "{}").pointers == ["/phone"])
        }
    }

    @Test func `who may not changes nothing, and another organization's customer is none`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let id = try await Self.create(api, token).id()
            let viewer = try await api.tokens(.viewer).access
            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.get("/customers/\(id)", token: viewer).status == 200)
            #expect(try await api.post("/customers", token: viewer, Self.new).status == 403)
            for (method, path, body) in [
                ("GET", "", String?.none), ("PATCH", "", #"{"name":"x"}"#), ("DELETE", "", nil), ("GET", "/calls", nil),
            ] {
                let path = "/api/v1/customers/\(id)\(path)"
                if method != "GET" {
                    #expect(try await api.ask(method, path, token: viewer, body: body).status == 403)
                }
                #expect(try await api.ask(method, path, token: theirs, body: body).status == 404, "\(method) \(path)")
                // A call's id is no customer's.
                for nobody in [UUID.v7(), api.first.call] {
                    let missing = path.replacing(id, with: nobody.description)
                    #expect(try await api.ask(method, missing, token: token, body: body).status == 404, "\(missing)")
                }
            }
            #expect(try await api.types(of: try #require(UUID(id))) == ["customer.created"])
            try await api.projectingCustomers(until: "the row") {
                try await api.owner.query("SELECT FROM customers").count == 1
            }
            #expect(try await api.get("/customers", token: theirs).data.isEmpty)
        }
    }
}
