import Crypto
import Domain
import Loop
import Postgres
import Redis
import Store
import TestKit
import Testing
import Wire

/// Whatever somebody changes says in the log who did what, and from where.
@Suite(.timeLimit(.minutes(4)), .serialized) struct AuditTrials {
    @Test func `every operation that may change something has its row`() async throws {
        try await APIUnderTest.with { api in
            let changing = try await EveryRouteTrials.operations(api).filter { $0.1.method != "get" }.map(\.name)
            #expect(
                Set(changing).subtracting(AuditTable.traces.keys) == [],
                "these say nothing, or have no row in AuditTable")
            #expect(Set(AuditTable.traces.keys).subtracting(changing) == [], "these rows have no route")
        }
    }

    @Test func `every change is told, with who and from where`() async throws {
        try await APIUnderTest.with { api in
            let stage = RouteStage(api: api, token: try await api.tokens(.owner).access)
            let owner = try await api.user(api.first.email(.owner))
            try await Self.carrying(api) {
                for (name, operation) in try await EveryRouteTrials.operations(api) {
                    guard let trace = AuditTable.traces[name] else { continue }
                    let told = try await Self.told(by: name, operation, stage)
                    guard case .event(let type) = trace else {
                        #expect(told.isEmpty, "\(name) told \(told.map(\.type))")
                        continue
                    }
                    #expect(told.map(\.type).contains(type.rawValue), "\(name) told \(told.map(\.type))")
                    for event in told {
                        #expect(event.organization == api.first.organization, "\(name)")
                        #expect(event.meta["address"]?.text == "127.0.0.1", "\(name)")
                        // Who signs in is the stream itself.
                        if EveryRouteTrials.isOpen(operation) { continue }
                        #expect(event.meta["actor"]?["kind"]?.text == "user", "\(name)")
                        #expect(event.meta["actor"]?["id"]?.text == owner.description, "\(name)")
                    }
                }
            }
        }
    }

    @Test func `who does it by a key is told as the key, and an endpoint is not told of itself`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.owner).access
            let made = try await api.post(
                "/api-keys", token: token, #"{"name":"k","scopes":["webhooks:read","webhooks:write"]}"#)
            let key = try #require(try made.text("secret"))
            let endpoint = try await api.post(
                "/webhook-endpoints", token: key, #"{"url":"https://example.org/hook?token=hidden"}"#
            ).id()
            let row = try await api.owner.query(
                """
                SELECT meta->'actor'->>'kind', meta->'actor'->>'id', payload::text FROM events
                WHERE type = \(EventType.endpointCreated.rawValue)
                """
            ).one
            let (kind, id, payload) = try row.decode(String.self, String.self, String.self)
            #expect(try kind == "api_key" && id == made.id())
            #expect(payload.contains("example.org") && !payload.contains("hidden"))

            let log = try await EventLog.read(through: .pool(api.owner))
            let worker = ConsumerWorker(WebhooksConsumer(), of: log, api.owner, redis: nil)
            let life = Task(executorPreference: api.owner.loop) { await worker.run() }
            _ = try await api.post(
                "/webhook-endpoints", token: key, #"{"url":"https://example.net/","events":["call.*"]}"#)
            let result: Result<Void, any Error>
            do {
                try await api.owner.loop.until("what it is told of the other", within: .seconds(20)) {
                    try await api.owner.query("SELECT FROM webhook_deliveries WHERE type LIKE 'webhook_endpoint.%'")
                        .count == 1
                }
                result = .success(())
            } catch { result = .failure(error) }
            worker.stop()
            await life.value
            try result.get()
            let told = try await api.owner.query("SELECT endpoint_id::text, type FROM webhook_deliveries").map {
                try $0.decode(String.self, String.self)
            }
            #expect(told.allSatisfy { $0.0 == endpoint } && told.map(\.1) == [EventType.endpointCreated.rawValue])
        }
    }

    // MARK: - How

    private struct Told {
        let type: String
        let organization: OrganizationID
        let meta: JSONValue
    }

    /// Has one operation succeed, and reads what its request brought about.
    private static func told(
        by name: String, _ operation: OpenAPIDocument.Operation, _ stage: RouteStage
    ) async throws -> [Told] {
        let row = try #require(RouteTable.cases[name])
        var wish: RouteStage.Wish?
        if let make = AuditTable.wishes[name] {
            wish = try await make(stage)
        } else if case .asked(let make) = row.success {
            wish = try await make(stage)
        }
        let asked = try #require(wish, "\(name) is shown elsewhere: say in AuditTable how it succeeds here")
        let request = "audit-\(name)"
        let answer = try await stage.api.ask(
            operation.method.uppercased(), try EveryRouteTrials.path(operation, asked.ids), token: stage.token,
            headers: ["X-Request-ID": request], body: asked.body)
        #expect((200..<300).contains(answer.status), "\(name): \(answer.status) \(answer.raw.text)")
        return try await stage.api.owner.query(
            "SELECT type, organization_id, meta FROM events WHERE meta->>'request_id' = \(request)"
        ).map { row in
            let (type, organization, meta) = try row.decode(String.self, UUID.self, JSON.self)
            return Told(
                type: type, organization: OrganizationID(organization), meta: try JSONValue(json: meta.bytes))
        }
    }

    /// With somebody who carries the first organization's call, and does as he is told.
    private static func carrying(_ api: APIUnderTest, _ body: () async throws -> Void) async throws {
        let loop = api.owner.loop
        let settings = RedisSettings(address: try RedisAddress(Services.setting("REDIS_URL")))
        let call = CallID(api.first.call)
        try await RedisClient.with(settings, on: loop, resolver: HostResolver(on: Lane(name: "names"))) { redis in
            try await loop.until("Redis") { redis.health.condition == .connected }
            let desk = LiveDesk(redis, api.owner) { called, _ in called == call ? .listening : nil }
            desk.began(call)
            let life = Task(executorPreference: loop) { await desk.run() }
            let result: Result<Void, any Error>
            do {
                let live = LiveCalls(redis)
                try await loop.until("the lease") { try await live.isCarried(call) }
                result = .success(try await body())
            } catch { result = .failure(error) }
            life.cancel()
            await life.value
            try result.get()
        }
    }
}
