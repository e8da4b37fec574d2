import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Analytics as clients see them: two organizations, each with one call that has ended.
@Suite(.timeLimit(.minutes(4)), .serialized) struct AnalyticsRoutesTests {
    private static let lists = ["calls", "latency", "sentiment", "costs"]

    private static func object(_ value: JSONValue?, _ names: String...) -> JSONValue? {
        names.reduce(value) { $0?[$1] }
    }

    @Test func `figures are of one's own calls only, in every answer`() async throws {
        try await APIUnderTest.with { api in
            try await Self.append(3, of: api.second.organization, api)
            try await Self.counted(api)
            for (tenant, calls) in [(api.first, Int64(1)), (api.second, 4)] {
                let token = try await api.tokens(.analyst, of: tenant).access
                let overview = try await api.get("/analytics/overview", token: token)
                try #require(overview.status == 200, "\(overview.raw.text)")
                let totals = try overview.json["calls"]
                #expect(totals?["calls"]?.wholeNumber == calls && totals?["answered"]?.wholeNumber == 1)
                #expect(Self.object(totals, "latency_ms", "perceived") == .null)
                #expect(try Self.object(overview.json, "live", "queued")?.wholeNumber == calls - 1)
                for list in Self.lists {
                    let answer = try await api.get("/analytics/\(list)?group_by=none", token: token)
                    try #require(answer.status == 200, "\(answer.raw.text)")
                    #expect(try answer.data.map { $0["calls"]?.wholeNumber } == [calls], "\(list)")
                    #expect(try Self.object(answer.json, "as_of", "cursor")?.text?.isEmpty == false)
                }
                let queried = try await api.post("/analytics/query", token: token, #"{"measures":["calls","minutes"]}"#)
                try #require(queried.status == 200, "\(queried.raw.text)")
                #expect(try queried.data.map { $0["calls"]?.wholeNumber } == [calls])
                #expect(try queried.data.first?["minutes"]?.number == 4_000.0 / 60_000)
                let patterns = try await api.get("/analytics/patterns", token: token)
                #expect(try patterns.status == 200 && patterns.data.isEmpty)
            }
        }
    }

    @Test func `groups say what they are, and all together they are all calls`() async throws {
        try await APIUnderTest.with { api in
            try await Self.append(2, of: api.first.organization, api)
            try await Self.counted(api)
            let token = try await api.tokens(.analyst).access
            for grouping in [
                "hour", "day", "week", "month", "agent", "version", "direction", "ended_reason", "segment",
            ] {
                let from = Timestamp.now - .seconds(86_400)
                let answer = try await api.get(
                    "/analytics/calls?group_by=\(grouping)&zone=Asia/Kathmandu&from=\(from)", token: token)
                try #require(answer.status == 200, "\(answer.raw.text)")
                let groups = try answer.data
                #expect(groups.compactMap { $0["calls"]?.wholeNumber }.reduce(0, +) == 3, "\(grouping)")
                #expect(groups.allSatisfy { $0["group"] != nil })
            }
            let reasons = try await api.get("/analytics/calls?group_by=ended_reason", token: token).data
            #expect(
                Set(reasons.map { $0["group"]?["ended_reason"]?.text }) == [nil, "caller_hung_up"])
            let inbound = try await api.get("/analytics/calls?group_by=none&direction=inbound", token: token).data
            #expect(inbound.map { $0["calls"]?.wholeNumber } == [1])
            let none = try await api.get("/analytics/calls?agent_id=\(UUID.v7())", token: token)
            #expect(try none.status == 200 && none.data.isEmpty)
        }
    }

    @Test func `what is not counted yet is told by its age, and the cursor is where the rest of the log begins`()
        async throws
    {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            try await Self.counted(api)
            let before = try await api.get("/analytics/overview", token: token).json
            #expect(Self.object(before, "as_of", "lag_ms")?.wholeNumber == 0)
            try await Self.append(2, of: api.first.organization, api)
            let after = try await api.get("/analytics/overview", token: token).json
            #expect(Self.object(after, "calls", "calls")?.wholeNumber == 1)
            let recorded = try await api.owner.query(
                "SELECT min(recorded_at) FROM events WHERE type = 'call.requested'"
            ).one.decode(Timestamp.self)
            #expect(Self.object(after, "as_of", "time")?.text == recorded.description)
            #expect((Self.object(after, "as_of", "lag_ms")?.wholeNumber ?? 0) >= 1)
            let cursor = try #require(Self.object(after, "as_of", "cursor")?.text)
            let rest = try await api.get("/events?cursor=\(cursor)", token: token)
            #expect(try rest.data.compactMap { $0["type"]?.text } == ["call.requested", "call.requested"])
        }
    }

    @Test func `hostile documents are refused by their pointers or find nothing, and change nothing`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            try await Self.counted(api)
            let injection = "x'; DROP TABLE calls_v1; --"
            let refused: [(String, [String])] = [
                (#"{"measures":["calls; DROP TABLE calls_v1"]}"#, ["/measures"]),
                (#"{"measures":[]}"#, ["/measures"]), (#"{}"#, ["/measures"]),
                (#"{"measures":["calls","calls"]}"#, ["/measures"]),
                (#"{"measures":["calls"],"dimensions":["agent_id) FROM users; --"]}"#, ["/dimensions"]),
                (#"{"measures":["calls"],"dimensions":["password_hash"]}"#, ["/dimensions"]),
                (#"{"measures":["calls"],"dimensions":["status","carrier","segment","direction"]}"#, ["/dimensions"]),
                (#"{"measures":["calls"],"granularity":"day' OR true"}"#, ["/granularity"]),
                (#"{"measures":["calls"],"zone":"\#(injection)"}"#, ["/zone"]),
                (#"{"measures":["calls"],"zone":"UTC+3"}"#, ["/zone"]),
                (#"{"measures":["calls"],"from":"now()"}"#, ["/from"]),
                (#"{"measures":["calls"],"from":"2026-02-30"}"#, ["/from"]),
                (#"{"measures":["calls"],"from":"2026-01-02","to":"2026-01-01"}"#, ["/from"]),
                (#"{"measures":["calls"],"from":"2000-01-01"}"#, ["/from"]),
                (#"{"measures":["calls"],"granularity":"hour","from":"2024-01-01"}"#, ["/granularity"]),
                (#"{"measures":["calls"],"limit":1001}"#, ["/limit"]),
                (#"{"measures":["calls"],"order":[{"by":"perceived_p95"}]}"#, ["/order/0/by"]),
                (#"{"measures":["calls"],"order":[{"by":"carrier"}]}"#, ["/order"]),
                (#"{"measures":["calls"],"organization_id":"\#(api.second.organization)"}"#, ["/organization_id"]),
                (#"{"measures":["calls"],"filters":[{"field":"organization_id","value":"x"}]}"#, ["/filters/0/field"]),
                (
                    #"{"measures":["calls"],"filters":[{"field":"agent_id","value":"\#(injection)"}]}"#,
                    ["/filters/0/value"]
                ),
                (
                    #"{"measures":["calls"],"filters":[{"field":"status","operator":"= ''","value":"ended"}]}"#,
                    ["/filters/0/operator"]
                ),
                (#"{"measures":["calls"],"filters":[{"field":"carrier","value":"a\u0000b"}]}"#, ["/filters/0/value"]),
                (#"{"measures":["calls"],"filters":[{"field":"carrier","value":{"$ne":1}}]}"#, ["/filters/0/value"]),
            ]
            for (body, pointers) in refused + Self.tooMuch {
                let answer = try await api.post("/analytics/query", token: token, body)
                #expect(answer.status == 422, "\(body): \(answer.raw.text)")
                #expect(try answer.pointers == pointers, "\(body): \(answer.raw.text)")
            }
            for value in [injection, "' OR '1'='1", "$1", "{}", "\\\\", "%", "🦊"] {
                let body = #"{"measures":["calls"],"filters":[{"field":"carrier","value":"\#(value)"}]}"#
                let answer = try await api.post("/analytics/query", token: token, body)
                #expect(try answer.status == 200 && answer.data.isEmpty, "\(body): \(answer.raw.text)")
            }
            for query in ["zone=Mars/Olympus", "group_by=password", "from=yesterday", "direction=up", "sort=calls"] {
                let answer = try await api.get("/analytics/calls?\(query)", token: token)
                #expect(answer.status == 400, "\(query): \(answer.raw.text)")
                let name = query.prefix { $0 != "=" }
                #expect(try answer.pointers == ["?\(name)"], "\(query): \(answer.raw.text)")
            }
            #expect(try await api.owner.query("SELECT count(*) FROM calls").one.decode(Int.self) == 2)
        }
    }

    /// One more than is taken, of everything that comes in numbers.
    private static let tooMuch: [(String, [String])] = {
        func list(_ count: Int, _ element: String) -> String {
            Array(repeating: element, count: count).joined(separator: ",")
        }
        let names =
            FigureMeasure.allCases.map(\.rawValue)
            + LatencyStage.allCases.flatMap { ["\($0.name)_p50", "\($0.name)_p99"] }
        let measures = names.prefix(31).map { "\"\($0)\"" }.joined(separator: ",")
        let filter = #"{"field":"status","value":"ended"}"#
        let values = list(FigureFilter.valuesMax + 1, "\"ended\"")
        return [
            ("{\"measures\":[\(measures)]}", ["/measures"]),
            ("{\"measures\":[\"calls\"],\"filters\":[\(list(FigureQuestion.filtersMax + 1, filter))]}", ["/filters"]),
            (
                "{\"measures\":[\"calls\"],\"filters\":[{\"field\":\"status\",\"operator\":\"in\",\"value\":[\(values)]}]}",
                ["/filters/0/value"]
            ),
            ("{\"measures\":[\"calls\"],\"order\":[\(list(4, #"{"by":"calls"}"#))]}", ["/order"]),
        ]
    }()

    @Test func `every measure, dimension and order that is on the list can be asked for`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            try await Self.counted(api)
            let stages = LatencyStage.allCases.flatMap { stage in
                ["p50", "p90", "p95", "p99"].map { "\(stage.name)_\($0)" }
            }
            let measures = FigureMeasure.allCases.map(\.rawValue) + ["costs", "frustrated_turns"] + stages
            for start in stride(from: 0, to: measures.count, by: 30) {
                let some = measures[start..<min(start + 30, measures.count)]
                let list = some.map { "\"\($0)\"" }.joined(separator: ",")
                for dimension in FigureDimension.allCases.map(\.rawValue) {
                    let answer = try await api.post(
                        "/analytics/query", token: token,
                        """
                        {"measures":[\(list)],"dimensions":["\(dimension)"],"granularity":"day",
                        "order":[{"by":"\(dimension)"},{"by":"time","descending":true}]}
                        """)
                    #expect(try answer.status == 200 && answer.data.count == 1, "\(answer.raw.text)")
                    #expect(try some.allSatisfy { try answer.data[0][$0] != nil } && answer.data[0][dimension] != nil)
                }
            }
            for measure in FigureMeasure.allCases.map(\.rawValue) {
                let answer = try await api.post(
                    "/analytics/query", token: token,
                    #"{"measures":["calls"],"order":[{"by":"\#(measure)","descending":true}],"limit":1}"#)
                #expect(try answer.status == 200 && answer.data.count == 1, "\(measure): \(answer.raw.text)")
            }
        }
    }

    @Test func `a limit keeps the first groups, and says that there are more`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            try await Self.append(3, of: api.first.organization, api)
            try await Self.counted(api)
            for (descends, calls) in [(true, Int64(3)), (false, 1)] {
                let answer = try await api.post(
                    "/analytics/query", token: token,
                    """
                    {"measures":["calls","costs","turns"],"dimensions":["status"],"limit":1,
                    "order":[{"by":"calls","descending":\(descends)}]}
                    """)
                #expect(try answer.data.map { $0["calls"]?.wholeNumber } == [calls], "\(answer.raw.text)")
                #expect(try answer.json["has_more"] == .bool(true))
            }
        }
    }

    @Test func `a question that takes too long is ended, and says what to do`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            let answer = try await api.owner.withTransaction { session in
                try await session.query("LOCK TABLE call_sums_v1 IN ACCESS EXCLUSIVE MODE")
                return try await api.get("/analytics/overview", token: token)
            }
            #expect(try answer.status == 422 && answer.code == "question_too_large", "\(answer.raw.text)")
            #expect(try await api.get("/analytics/overview", token: token).status == 200)
        }
    }

    @Test func `a replica that goes away is told by readiness, and stops nothing but figures`() async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { replica in
                let setting = ["ANALYTICS_DATABASE_URL": replica.url]
                try await ProcessUnderTest.with(.api, setting, on: loops.first) { process in
                    try await process.untilReady()
                    try await replica.crash()
                    let degraded = try await process.untilReadiness("degraded") { $0.word(of: "analytics") == "down" }
                    #expect(degraded.status == 200 && degraded.word == "degraded", "\(degraded.text)")
                    #expect(degraded.reason(of: "analytics")?.isEmpty == false && degraded.word(of: "postgres") == "up")
                    try await replica.start()
                    try await process.untilReady()
                }
            }
        }
    }

    // MARK: - Calls

    /// Calls that were asked for and have not begun.
    private static func append(_ count: Int, of organization: OrganizationID, _ api: APIUnderTest) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        for _ in 0..<count {
            let fact = CallEvent.callRequested(
                CallRequested(
                    direction: .outbound, to: Private("+15550100009"), agent: AgentID(UUID.v7()), agentVersion: 1))
            let event = try NewEvent(.call(fact), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
            let append = StreamAppend(to: UUID.v7(), kind: .call, of: organization.uuid, at: .next, [event])
            _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        }
    }

    /// Until the rows of calls are where the log is.
    private static func counted(_ api: APIUnderTest) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let worker = ConsumerWorker(CallsConsumer(), of: log, api.owner, redis: nil)
        let life = Task(executorPreference: api.owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do {
            try await api.owner.loop.until("everything is counted", within: .seconds(30)) {
                try await api.owner.query(
                    """
                    SELECT count(*) FROM consumer_lanes c WHERE consumer = 'calls@1'
                        AND position = coalesce((SELECT max(position) FROM events e WHERE e.lane = c.lane), 0)
                    """
                ).one.decode(Int.self) == Int(log.lanes)
            }
            result = .success(())
        } catch { result = .failure(error) }
        worker.stop()
        await life.value
        try result.get()
    }
}
