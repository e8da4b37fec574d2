import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Asking for a call: what is taken, what is refused, and what stands in the database then. Nobody dials here.
@Suite(.timeLimit(.minutes(3)), .serialized) struct CallRequestTests {
    private static let number = "+15550100061"

    private static func agent(_ api: APIUnderTest, _ token: String) async throws -> String {
        try await PhonesUnderTest.agent(api, token)
    }

    private static func own(
        _ number: String, _ agent: String, _ api: APIUnderTest, _ token: String, carrier: String = "telnyx"
    ) async throws {
        let made = try await api.post(
            "/phone-numbers", token: token,
            #"{"number":"\#(number)","agent_id":"\#(agent)","carrier":"\#(carrier)"}"#)
        try #require(made.status == 201, "\(made.raw.text)")
    }

    private static func jobs(_ api: APIUnderTest) async throws -> Int {
        try await api.owner.query("SELECT count(*) FROM jobs WHERE queue = 'calls'").one.decode(Int.self)
    }

    @Test func `a call that is asked for stands in the log with the errand that dials it`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let (agent, other) = (try await Self.agent(api, token), try await Self.agent(api, token))
            try await Self.own("+15550100062", other, api, token)
            try await Self.own(Self.number, agent, api, token)
            let asked = try await api.post(
                "/calls", token: token,
                #"{"agent_id":"\#(agent)","to":"+15550100063","metadata":{"order":"4711"}}"#)
            #expect(try asked.status == 202 && asked.text("status") == "queued", "\(asked.raw.text)")
            #expect(try asked.text("from") == Self.number && asked.number("agent_version") == 1)
            #expect(try asked.json["metadata"]?["order"]?.text == "4711" && asked.json["control_id"] == .null)
            let call = try #require(UUID(try asked.id()))
            #expect(try await api.types(of: call) == ["call.requested"])
            let job = try await api.owner.query("SELECT kind, organization_id, args ->> 'call' FROM jobs").one.decode(
                String.self, UUID.self, String.self)
            #expect(job == ("dial_call", api.first.organization.uuid, call.description))
            let from = try await api.post(
                "/calls", token: token,
                #"{"agent_id":"\#(agent)","to":"+15550100063","from":"+15550100062"}"#)
            #expect(try from.text("from") == "+15550100062")
            #expect(try await Self.jobs(api) == 2)
            let state = try await api.get("/calls/\(call)/state", token: token)
            #expect(try state.text("status") == "queued" && state.text("direction") == "outbound")
        }
    }

    @Test func `what can't be called is refused by its pointer, and leaves nothing`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let theirs = try await api.tokens(.developer, of: api.second).access
            let agent = try await Self.agent(api, token)
            let foreign = try await Self.agent(api, theirs)
            try await Self.own("+15550100071", foreign, api, theirs)
            let to = #""to":"+15550100063""#
            func pointers(_ body: String) async throws -> [String] {
                let answer = try await api.post("/calls", token: token, body)
                #expect(answer.status == 422, "\(body): \(answer.raw.text)")
                return try answer.pointers
            }
            #expect(try await pointers(#"{"agent_id":"\#(agent)",\#(to)}"#) == ["/from"], "no number at all")
            try await Self.own(Self.number, agent, api, token)
            #expect(
                try await pointers(#"{"agent_id":"\#(agent)",\#(to),"from":"+15550100071"}"#) == ["/from"],
                "another organization's")
            #expect(try await pointers(#"{"agent_id":"\#(foreign)",\#(to)}"#) == ["/agent_id"])
            let draft = try await api.post("/agents", token: token, AgentRoutesTests.new).id()
            #expect(try await pointers(#"{"agent_id":"\#(draft)",\#(to)}"#) == ["/agent_id"])
            #expect(try await pointers(#"{"agent_id":"\#(agent)","to":"0555"}"#) == ["/to"])
            #expect(try await pointers(#"{"to":"+15550100063"}"#) == ["/agent_id"])
            #expect(
                try await pointers(#"{"agent_id":"\#(agent)",\#(to),"customer_id":"\#(UUID.v7())"}"#)
                    == ["/customer_id"])
            let long = String(repeating: "x", count: CallRequestRouteLimit.documentBytesMax)
            #expect(
                try await pointers(#"{"agent_id":"\#(agent)",\#(to),"metadata":{"a":"\#(long)"}}"#) == ["/metadata"])
            #expect(try await pointers(#"{"agent_id":"\#(agent)",\#(to),"cost":1}"#) == ["/cost"])
            #expect(try await Self.jobs(api) == 0)
            let streams = try await api.owner.query("SELECT count(*) FROM events WHERE type = 'call.requested'")
            #expect(try streams.one.decode(Int.self) == 0)
        }
    }

    @Test func `orders for a call that is over are refused, and their words are checked`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            for (path, body) in [
                ("hangup", ""), ("emergency-stop", ""), ("interrupt", ""), ("cancel", ""), ("mute", "{}"),
                ("say", #"{"text":"x"}"#), ("inject", #"{"text":"x"}"#), ("dtmf", #"{"digits":"1"}"#),
                ("transfer", #"{"to":"+15550100063"}"#),
            ] {
                let over = try await api.post("/calls/\(api.first.call)/\(path)", token: token, body)
                #expect(try over.status == 409 && over.code == "call_not_live", "\(path): \(over.raw.text)")
                let theirs = try await api.post("/calls/\(api.second.call)/\(path)", token: token, body)
                #expect(theirs.status == 404, "\(path): \(theirs.raw.text)")
            }
            for (path, body, pointer) in [
                ("say", #"{"text":""}"#, "/text"),
                ("say", "{\"text\":\"\(String(repeating: "x", count: 2_001))\"}", "/text"),
                ("dtmf", #"{"digits":"12x"}"#, "/digits"), ("dtmf", "{}", "/digits"),
                ("dtmf", "{\"digits\":\"\(String(repeating: "1", count: Limit.keys + 1))\"}", "/digits"),
                ("transfer", #"{"to":"sip:a@b"}"#, "/to"), ("mute", #"{"muted":"yes"}"#, "/muted"),
            ] {
                let answer = try await api.post("/calls/\(api.first.call)/\(path)", token: token, body)
                #expect(try answer.status == 422 && answer.pointers == [pointer], "\(path): \(answer.raw.text)")
            }
            #expect(try await Self.jobs(api) == 0)
        }
    }

    private enum CallRequestRouteLimit {
        /// As `CallRequestRoute` has it, which this cannot see.
        static let documentBytesMax = 16_384
    }
}
