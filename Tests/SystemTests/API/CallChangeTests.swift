import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What is kept with a call is changed, and whatever is shown of a call is what the log says.
@Suite(.timeLimit(.minutes(3)), .serialized) struct CallChangeTests {
    /// The rows of calls are brought up to date, as the workers' process would.
    private static func projecting(_ api: APIUnderTest, until what: String, _ holds: () async throws -> Bool)
        async throws
    {
        let log = try await EventLog.read(through: .pool(api.owner))
        let worker = ConsumerWorker(CallsConsumer(), of: log, api.owner, redis: nil)
        let life = Task(executorPreference: api.owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await api.owner.loop.until(what, within: .seconds(40), holds)) } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }

    private static func append(_ facts: [CallEvent], to call: UUID, _ api: APIUnderTest) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let events = try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let append = StreamAppend(to: call, kind: .call, of: api.first.organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
    }

    @Test func `metadata is changed member by member, and the log says what it is then`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let path = "/calls/\(api.first.call)"
            let made = try await api.patch(path, token: token, #"{"metadata":{"order":"4711","tries":2}}"#)
            #expect(try made.status == 200 && made.number("version") == 5, "\(made.raw.text)")
            #expect(made.raw["etag"] == "\"v5\"")
            let changed = try await api.patch(
                path, token: token, #"{"metadata":{"order":null,"vip":true}}"#, headers: ["If-Match": "\"v5\""])
            let expected = JSONValue.object([("tries", .integer(2)), ("vip", .bool(true))])
            #expect(try changed.status == 200 && changed.json["metadata"] == expected, "\(changed.raw.text)")
            let stale = try await api.patch(
                path, token: token, #"{"metadata":{"vip":false}}"#, headers: ["If-Match": "\"v5\""])
            #expect(stale.status == 412)
            for same in [#"{"metadata":{"vip":true}}"#, #"{"metadata":{"nothing":null}}"#, "{}"] {
                let answer = try await api.patch(path, token: token, same)
                #expect(try answer.status == 200 && answer.number("version") == 6, "what changes nothing is no change")
            }
            #expect(try await api.types(of: api.first.call).suffix(2) == ["call.changed", "call.changed"])
            #expect(try await api.get("\(path)/state", token: token).json["metadata"] == expected)
            #expect(
                try await api.get("\(path)/state?at_version=5", token: token).json["metadata"]?["order"]?.text == "4711"
            )
            try await Self.projecting(api, until: "the change") {
                try await api.get(path, token: token).json["metadata"] == expected
            }
            #expect(try await api.get("/calls?metadata.tries=2", token: token).data.count == 1)
            let none = try await api.patch(path, token: token, #"{"metadata":null}"#)
            #expect(try none.status == 200 && none.json["metadata"] == .object([]), "\(none.raw.text)")
            let viewer = try await api.tokens(.viewer).access
            #expect(try await api.patch(path, token: viewer, #"{"metadata":{"a":1}}"#).status == 403)
            let foreign = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.patch(path, token: foreign, #"{"metadata":{"a":1}}"#).status == 404)
        }
    }

    @Test func `metadata is as large as may be, and no larger, however it became so`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let path = "/calls/\(api.first.call)"
            func body(_ name: String, _ count: Int) -> String {
                #"{"metadata":{"\#(name)":"\#(String(repeating: "x", count: count))"}}"#
            }
            // {"a":"…"}
            let most = CallChangeDesk.metadataBytesMax - 8
            #expect(try await api.patch(path, token: token, body("a", most)).status == 200)
            for refused in [body("a", most + 1), body("b", 1)] {
                let answer = try await api.patch(path, token: token, refused)
                #expect(try answer.status == 422 && answer.pointers == ["/metadata"], "\(answer.status)")
            }
            #expect(try await api.types(of: api.first.call).count { $0 == "call.changed" } == 1)
        }
    }

    @Test func `of many who change it at once nobody's member is lost`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let path = "/calls/\(api.first.call)"
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<8 {
                    group.addTask { try await api.patch(path, token: token, #"{"metadata":{"m\#(index)":1}}"#).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 8))
            guard case .object(let members)? = try await api.get("\(path)/state", token: token).json["metadata"] else {
                Issue.record("no metadata")
                return
            }
            #expect(Set(members.members.map(\.name)) == Set((0..<8).map { "m\($0)" }))
        }
    }

    @Test func `lists and single calls show of each call what the log says of it`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            let call = UUID.v7()
            let odd = "quotes \" and \\ and \u{1} and \n and 😀 and ü"
            try await Self.append(
                [
                    .callRequested(
                        CallRequested(
                            direction: .outbound, from: Private("+15550100001"), to: Private("+15550100009"),
                            agent: AgentID(UUID.v7()), agentVersion: 3, customer: CustomerID(UUID.v7()),
                            campaign: CampaignID(UUID.v7()),
                            metadata: Private(.object([odd: .string(odd), "list": .array([.integer(1), .null])])))),
                    .callDialed(CallDialed(leg: CarrierLeg(carrier: "telnyx", control: "v3:\(odd)"))),
                    .callAnswered(CallAnswered(answeredBy: .human)),
                    .callEnded(
                        CallEnded(reason: .agentHungUp, faultOwner: .us, duration: 61_234, isBillable: true)),
                    .callAnalyzed(
                        CallAnalyzed(
                            summary: Private(odd), success: true, sentiment: Score(-0.1), intent: odd, extracted: nil,
                            model: "m", promptVersion: "1")),
                ], to: call, api)
            try await Self.projecting(api, until: "the row") {
                let version = try await api.get("/calls/\(call)", token: token).number("version")
                return version == 5
            }
            let list = try await api.get("/calls", token: token).data
            #expect(list.count == 2)
            for shown in list {
                let id = try #require(shown["id"]?.text)
                let one = try await api.get("/calls/\(id)", token: token).json
                #expect(one == shown)
                let state = try await api.get("/calls/\(id)/state", token: token).json
                guard case .object(let members) = shown else { continue }
                #expect(members.members.count == CallView.names.count)
                for member in members.members {
                    #expect(state[member.name] == member.value, "\(member.name) of \(id)")
                }
            }
            #expect(list.contains { $0["summary"]?.text == odd && $0["metadata"]?[odd]?.text == odd })
        }
    }
}
