import Crypto
import Domain
import HTTP
import Loop
import Postgres
import Redis
import Simulators
import Store
import TestKit
import Testing
import Wire

/// The realtime process between simulated providers and a simulated carrier, with a log of its own. On the test's loop alone,
/// which is why `@unchecked` holds.
struct CallsUnderTest: @unchecked Sendable {
    static let organization = OrganizationID(value: 0xA1)
    static func agent(
        _ instructions: String = "You are helpful.", tools: [Freeform] = []
    ) -> AgentConfiguration {
        AgentConfiguration(
            .object([
                "persona": .object([
                    "system_prompt": .string(instructions), "first_message": .string(greeting),
                ]), "tools": .array(tools),
            ]))
    }
    static let greeting = "Hello, how can I help?"

    let url: String
    let loop: Loop
    let world: SimulatedWorld
    let telnyx: TelnyxSimulator
    let process: ProcessUnderTest
    let tickets: RedisCallTickets
    let redis: RedisClient
    /// What another process needs to be like this one.
    let settings: [String: String]
    private let client: HTTPClient

    static func with(
        database url: String, on loop: Loop, rules: [ChatRule], _ more: [String: String] = [:],
        telnyx own: TelnyxSimulator? = nil, twilio: TwilioSimulator? = nil,
        _ body: (CallsUnderTest) async throws -> Void
    ) async throws {
        var voice = CartesiaSimulator.Settings()
        // Models are always faster than voices then: the order of facts does not depend on the machine.
        (voice.latency, voice.chunk) = (.milliseconds(60), 200)
        var chat = ChatSimulator.Settings()
        chat.rules = rules
        let telnyx = own ?? TelnyxSimulator(on: loop, key: "right")
        let world = try await SimulatedWorld.open(
            on: loop, deepgram: .init(key: "right"), cartesia: .init(key: "right", voice),
            chat: .init(key: "right", chat), telnyx: telnyx, twilio: twilio)
        let http = "http://127.0.0.1:\(world.port)"
        let settings = [
            "DATABASE_URL": url, "DEEPGRAM_URL": world.webSocketURL, "CARTESIA_URL": world.webSocketURL,
            "GROQ_URL": http + "/v1", "OPENAI_URL": http + "/v1", "TELNYX_API_URL": http + "/v2",
            "DEEPGRAM_API_KEY": "right", "CARTESIA_API_KEY": "right", "GROQ_API_KEY": "right",
            "OPENAI_API_KEY": "right", "TELNYX_API_KEY": "right", "TWILIO_API_URL": http,
        ]
        let all = settings.merging(more) { $1 }
        let client = HTTPClient(loop: loop)
        let result: Result<Void, any Error>
        do {
            let redis = try RedisSettings(
                address: RedisAddress(all["REDIS_URL"] ?? Services.setting("REDIS_URL")))
            try await RedisClient.with(redis, on: loop, resolver: HostResolver(on: Lane(name: "names"))) { redis in
                try await loop.until("Redis") { redis.health.condition == .connected }
                try await ProcessUnderTest.with(.realtime, all, on: loop) { process in
                    try await process.untilReady()
                    try await body(
                        CallsUnderTest(
                            url: url, loop: loop, world: world, telnyx: telnyx, process: process,
                            tickets: RedisCallTickets(redis), redis: redis, settings: all, client: client))
                }
            }
            result = .success(())
        } catch { result = .failure(error) }
        telnyx.shutdown()
        twilio?.shutdown()
        client.shutdown()
        await world.server.drain(within: .seconds(2))
        try result.get()
    }

    /// The same with a log of its own.
    static func withLog(
        rules: [ChatRule], _ more: [String: String],
        _ body: @escaping @Sendable (CallsUnderTest, PostgresPool) async throws -> Void
    ) async throws {
        try await ConsoleUnderTest.with { test in
            try await with(database: test.url, on: test.loop, rules: rules, more) { try await body($0, test.pool) }
        }
    }

    // MARK: - Calls

    struct Answered {
        let call: CallID
        let line: SimulatedCall
        let mediaURL: String
    }

    /// Somebody calls, and is answered with a stream to the process. The first two facts are the webhooks'.
    func answer(
        _ steps: [CallerScript.Step], _ pool: PostgresPool, instructions: String = "You are helpful.",
        tools: [Freeform] = []
    ) async throws -> Answered {
        let line = telnyx.call(from: "+15005550100", to: "+15005550199", CallerScript(steps))
        let call = CallID(UUID.v7())
        let leg = CarrierLeg(carrier: "telnyx", control: line.leg.control)
        let facts: [CallEvent] = [
            .callReceived(CallReceived(from: Private("+15005550100"), to: Private("+15005550199"), leg: leg)),
            .callAnswered(CallAnswered()),
        ]
        let log = try await EventLog.read(through: .pool(pool))
        let events = try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let append = StreamAppend(
            to: call.uuid, kind: .call, of: Self.organization.uuid, at: .next, events)
        _ = try await pool.withTransaction { try await log.append(append, in: $0) }
        let ticket = CallTicket(
            call: call, organization: Self.organization, direction: .inbound, leg: line.leg.control,
            agent: Self.agent(instructions, tools: tools), other: OtherSide(number: Private("+15005550100")))
        let url = "ws://127.0.0.1:\(process.port)/media/telnyx/\(try await tickets.issue(ticket))"
        try await order("answer", line, url)
        return Answered(call: call, line: line, mediaURL: url)
    }

    private func order(_ action: String, _ line: SimulatedCall, _ url: String) async throws {
        let response = try await client.send(
            ClientRequest(
                .post, "\(world.telnyxURL)/calls/\(PercentCoding.encode(line.leg.control))/actions/\(action)",
                headers: Headers([.authorization: "Bearer right"]),
                body: .bytes(JSONValue.object([("stream_url", .string(url))]).bytes())))
        _ = try await response.body.whole()
        #expect(response.status.rawValue == 200)
    }

    /// What somebody else's server has there.
    func get(_ url: String) async throws -> (status: UInt16, body: [UInt8]) {
        let response = try await client.send(ClientRequest(.get, url))
        return (response.status.rawValue, try await response.body.whole())
    }

    // MARK: - Customers

    /// One who is known by a number, as the API and the workers would write it.
    static func customer(
        _ name: String, _ number: String, of organization: OrganizationID = organization, _ pool: PostgresPool
    ) async throws -> CustomerID {
        let customer = CustomerID(UUID.v7())
        try await pool.execute(
            """
            INSERT INTO customers_v1 (customer_id, organization_id, updated_at, version, name)
            VALUES (\(customer.uuid), \(organization.uuid), now(), 1, \(name))
            """)
        try await pool.execute(
            """
            INSERT INTO customer_handles (organization_id, kind, handle, customer_id)
            VALUES (\(organization.uuid), 'phone', \(number), \(customer.uuid))
            """)
        return customer
    }

    // MARK: - The log

    /// All facts of a call, once its end is among them.
    func facts(of call: CallID, _ pool: PostgresPool) async throws -> [RecordedEvent] {
        let log = try await EventLog.read(through: .pool(pool))
        var found: [RecordedEvent] = []
        do {
            try await loop.until("the call's end in the log", within: .seconds(60), every: .milliseconds(20)) {
                found = try await log.events(of: call.uuid, through: .pool(pool))
                return found.contains { $0.type == "call.ended" }
            }
        } catch {
            Issue.record("\(found.map(\.type)) \(process.process.output)")
            throw error
        }
        return found
    }

    static func member(_ name: String, of event: RecordedEvent?) throws -> JSONValue? {
        try event.flatMap { try JSONValue(json: $0.payload)[name] }
    }

    /// What the read model makes of it.
    func folded(_ call: CallID, _ pool: PostgresPool) async throws -> CallRow {
        let log = try await EventLog.read(through: .pool(pool))
        let worker = ConsumerWorker(CallsConsumer(), of: log, pool, redis: nil)
        let life = Task(executorPreference: loop) { await worker.run() }
        let reader = CallReader(pool)
        var row: CallRow?
        let result: Result<Void, any Error>
        do {
            try await loop.until("the call in the read model", within: .seconds(30)) {
                row = try await reader.get(call, of: Self.organization)
                return row?.state.status == .ended
            }
            result = .success(())
        } catch { result = .failure(error) }
        worker.stop()
        await life.value
        try result.get()
        return try #require(row)
    }
}

/// Types of facts, as they follow each other when nothing comes between.
enum StoryPart {
    static let begun = ["call.received", "call.answered", "media.started", "context.loaded"]
    static let said = ["agent.started_speaking", "agent.spoke"]
    static let heard = ["caller.started_speaking", "caller.stopped_speaking"]
    static let asked = heard + ["caller.said", "turn.ended"]
    static let thought = ["reply.requested", "reply.first_token", "reply.finished"]
    static let turn = asked + thought + said
    static let over = ["media.stopped", "call.ended"]
}

extension [RecordedEvent] {
    /// Their types. A context that came too late for the first word may come at any time after that, and how the caller seemed to feel is
    /// told beside the reply: when depends on the machine.
    var story: [String] {
        let first = firstIndex { $0.type == "context.loaded" }
        return indices.filter {
            self[$0].type != "sentiment.scored" && (self[$0].type != "context.loaded" || $0 == first)
        }.map { self[$0].type }
    }
}
