import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Numbers, and who answers there.
@Suite(.timeLimit(.minutes(4)), .serialized) struct PhoneNumberRoutesTests {
    private static func agent(_ api: APIUnderTest, _ token: String) async throws -> String {
        try await api.post("/agents", token: token, AgentRoutesTests.new).id()
    }

    private static func body(_ number: String, _ agent: String, _ more: String = "") -> String {
        #"{"number":"\#(number)","agent_id":"\#(agent)"\#(more)}"#
    }

    @Test func `a number has one place, and a call to it runs on the version that is live`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let theirs = try await api.tokens(.developer, of: api.second).access
            let agent = try await Self.agent(api, token)
            let draft = try await api.post("/phone-numbers", token: token, Self.body("+15550100051", agent))
            #expect(try draft.status == 422 && draft.pointers == ["/agent_id"])
            _ = try await api.post("/agents/\(agent)/publish", token: token, "")

            let made = try await api.post(
                "/phone-numbers", token: token, Self.body("+15550100051", agent, #","carrier":"twilio""#))
            #expect(made.status == 201, "\(made.raw.text)")
            #expect(try made.text("number") == "+15550100051" && made.text("carrier") == "twilio")
            let foreign = try await Self.agent(api, theirs)
            _ = try await api.post("/agents/\(foreign)/publish", token: theirs, "")
            for (who, agent) in [(token, agent), (theirs, foreign)] {
                let taken = try await api.post("/phone-numbers", token: who, Self.body("+15550100051", agent))
                #expect(try taken.status == 409 && taken.code == "number_taken", "\(taken.raw.text)")
            }
            let another = try await api.post("/phone-numbers", token: token, Self.body("+15550100052", foreign))
            #expect(try another.pointers == ["/agent_id"], "another organization's agent is none")
            let missing = try await api.post(
                "/phone-numbers", token: token, Self.body("+15550100052", agent, #","agent_version":2"#))
            #expect(try missing.pointers == ["/agent_version"])
            let pinned = try await api.post(
                "/phone-numbers", token: token, Self.body("+15550100052", agent, #","agent_version":1"#))
            #expect(try pinned.number("agent_version") == 1)

            _ = try await api.patch("/agents/\(agent)", token: token, #"{"name":"Desk"}"#)
            _ = try await api.post("/agents/\(agent)/publish", token: token, "")
            for (number, version) in [("+15550100051", Int32(2)), ("+15550100052", 1)] {
                let found = try await LegFindings.read(
                    carrier: "telnyx", leg: "v3:new", call: nil, number: number, through: api.owner)
                #expect(found.owner?.agent?.description == agent && found.owner?.agentVersion == version)
            }
            let list = try await api.get("/phone-numbers?include_total=true&limit=1", token: token)
            #expect(try list.number("total") == 2 && list.data.map { $0["id"]?.text } == [pinned.id()])
            let cursor = try #require(try list.text("next_cursor"))
            let next = try await api.get("/phone-numbers?limit=1&cursor=\(cursor)", token: token)
            #expect(try next.data.map { $0["id"]?.text } == [made.id()])
            #expect(try await api.get("/phone-numbers?number=%2B15550100052", token: token).data.count == 1)
            #expect(try await api.get("/phone-numbers", token: theirs).data.isEmpty)
        }
    }

    @Test func `another agent answers at a number, if it is the version that was meant`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let (first, second) = (try await Self.agent(api, token), try await Self.agent(api, token))
            for agent in [first, second] { _ = try await api.post("/agents/\(agent)/publish", token: token, "") }
            let made = try await api.post(
                "/phone-numbers", token: token, Self.body("+15550100056", first, #","agent_version":1"#))
            #expect(made.raw["etag"] == "\"v1\"")
            let path = "/phone-numbers/\(try made.id())"
            #expect(made.raw["location"]?.hasSuffix(path) == true)
            let read = try await api.get(path, token: token)
            #expect(try read.status == 200 && read.json == made.json && read.raw["etag"] == "\"v1\"")

            let moved = try await api.patch(
                path, token: token, #"{"agent_id":"\#(second)"}"#, headers: ["If-Match": "\"v1\""])
            #expect(try moved.status == 200 && moved.text("agent_id") == second, "\(moved.raw.text)")
            #expect(try moved.json["agent_version"] == .null && moved.number("version") == 2)
            let late = try await api.patch(
                path, token: token, #"{"agent_id":"\#(first)"}"#, headers: ["If-Match": "\"v1\""])
            #expect(late.status == 412)
            let pinned = try await api.patch(path, token: token, #"{"agent_version":1,"connection":"c"}"#)
            #expect(try pinned.number("agent_version") == 1 && pinned.text("connection") == "c")
            let same = try await api.patch(path, token: token, #"{"agent_version":1}"#)
            #expect(try same.number("version") == 3, "what changes nothing is no change")
            let loose = try await api.patch(path, token: token, #"{"agent_version":null,"connection":null}"#)
            #expect(try loose.json["agent_version"] == .null && loose.json["connection"] == .null)
            for (body, pointer) in [
                (#"{"agent_version":9}"#, "/agent_version"), (#"{"agent_id":"\#(UUID.v7())"}"#, "/agent_id"),
                (#"{"number":"+15550100057"}"#, "/number"),
            ] {
                let refused = try await api.patch(path, token: token, body)
                #expect(try refused.status == 422 && refused.pointers == [pointer], "\(refused.raw.text)")
            }
            let viewer = try await api.tokens(.viewer).access
            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.get(path, token: viewer).status == 200)
            #expect(try await api.patch(path, token: viewer, "{}").status == 403)
            #expect(try await api.get(path, token: theirs).status == 404)
            #expect(try await api.patch(path, token: theirs, "{}").status == 404)
            #expect(try await api.delete(path, token: token, headers: ["If-Match": "\"v1\""]).status == 412)
            #expect(try await api.delete(path, token: token, headers: ["If-Match": "\"v4\""]).status == 204)
        }
    }

    @Test func `only who may gives a number up, and only its own`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let agent = try await Self.agent(api, token)
            _ = try await api.post("/agents/\(agent)/publish", token: token, "")
            let id = try await api.post("/phone-numbers", token: token, Self.body("+15550100053", agent)).id()
            let viewer = try await api.tokens(.viewer).access
            #expect(try await api.post("/phone-numbers", token: viewer, Self.body("+15550100054", agent)).status == 403)
            #expect(try await api.delete("/phone-numbers/\(id)", token: viewer).status == 403)
            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.delete("/phone-numbers/\(id)", token: theirs).status == 404)
            #expect(try await api.delete("/phone-numbers/\(UUID.v7())", token: token).status == 404)
            #expect(try await api.get("/phone-numbers", token: viewer).data.count == 1)
            #expect(try await api.delete("/phone-numbers/\(id)", token: token).status == 204)
            #expect(try await api.delete("/phone-numbers/\(id)", token: token).status == 404)

            let long = String(repeating: "c", count: 201)
            let bad = try await api.post(
                "/phone-numbers", token: token,
                #"{"number":"5550100053","agent_id":"x","carrier":"pigeon","agent_version":0,"connection":"\#(long)"}"#)
            #expect(
                try Set(bad.pointers) == ["/number", "/agent_id", "/carrier", "/agent_version", "/connection"])
            #expect(!bad.raw.text.contains("5550100053"))
            let fits = try await api.post(
                "/phone-numbers", token: token,
                Self.body("+15550100055", agent, #","connection":"\#(String(repeating: "c", count: 200))""#))
            #expect(fits.status == 201)
        }
    }
}
