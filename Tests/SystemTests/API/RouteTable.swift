import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What every route is tried for. `EveryRouteTrials` does all five with each operation of the document, by its row in `RouteTable`.
enum RouteTrial: String, CaseIterable {
    case success, validation, authorization, otherOrganization, notFound
}

/// What one operation needs to succeed.
struct RouteCase: Sendable {
    enum Success: Sendable {
        /// By asking for it with these ids in its path, and this body.
        case asked(@Sendable (RouteStage) async throws -> RouteStage.Wish)
        /// Only where more than the API runs, or without an end: another test shows it, by its file and its name.
        case shown(in: String, by: String)
    }

    let success: Success

    static func asked(_ wish: @escaping @Sendable (RouteStage) async throws -> RouteStage.Wish) -> Self {
        Self(success: .asked(wish))
    }

    /// Neither ids nor a body.
    static let plain = asked { _ in .init() }
    static func body(_ text: String) -> Self { asked { _ in .init(body: text) } }
    static func shown(in file: String, by test: String) -> Self { Self(success: .shown(in: file, by: test)) }
}

/// One row for each operation. A route without a row fails the suite, and so does a row without a route.
enum RouteTable {
    private static let live = RouteCase.shown(
        in: "CallControlTests.swift", by: "a live call does what it is told, and one that is over does not")
    private static let letters = RouteCase.shown(
        in: "API/OperationRoutesTests.swift",
        by: "an organization decides about its own dead letters, and sees no others")
    private static let jobs = RouteCase.shown(
        in: "API/OperationRoutesTests.swift",
        by: "jobs are an organization's own, to be tried again and to be cancelled")
    private static let stream = RouteCase.shown(
        in: "API/EventStreamTests.swift", by: "a list goes on from its cursor, and a stream goes on from a list's")

    private static let call = RouteCase.asked { .init(ids: [$0.call]) }
    private static let waiting = RouteCase.asked { .init(ids: [try await $0.waitingCall()]) }
    private static let agent = RouteCase.asked { .init(ids: [try await $0.agent()]) }
    private static let customer = RouteCase.asked { .init(ids: [try await $0.customer()]) }
    private static let run = RouteCase.asked { .init(ids: [try await $0.analysisRun()]) }
    private static let endpoint = RouteCase.asked { .init(ids: [try await $0.endpoint()]) }

    static let cases: [String: RouteCase] = [
        "login": .asked { stage in
            .init(body: #"{"email":"\#(stage.email)","password":"\#(APIUnderTest.password)"}"#)
        },
        "refresh": .asked { .init(body: #"{"refresh_token":"\#(try await $0.refreshToken())"}"#) },
        "revoke": .asked { .init(body: #"{"refresh_token":"\#(try await $0.refreshToken())"}"#) },
        "get_me": .plain,
        "list_api_keys": .plain,
        "create_api_key": .body(#"{"name":"k","scopes":["calls:read"]}"#),
        "revoke_api_key": .asked { .init(ids: [try await $0.key()]) },

        "list_calls": .plain,
        "request_call": .asked {
            .init(body: #"{"agent_id":"\#(try await $0.callingAgent())","to":"+15550100063"}"#)
        },
        "open_web_call": .asked { .init(body: #"{"agent_id":"\#(try await $0.callingAgent())"}"#) },
        "get_call": call, "list_call_events": call, "get_transcript": call, "list_turns": call, "get_call_state": call,
        "list_call_analyses": call,
        "get_call_recording": .shown(
            in: "RecordedCallTests.swift",
            by: "a call is recorded as both sides heard it, and comes by a link that ends"),
        "change_call": .asked { .init(ids: [$0.call], body: #"{"metadata":{"order":"4711"}}"#) },
        "erase_call": .asked { .init(ids: [try await $0.endedCall()]) },
        "hang_up_call": waiting, "stop_call": waiting,
        "interrupt_call": live, "cancel_turn": live, "say_in_call": live, "inject_into_call": live, "mute_call": live,
        "press_keys": live,
        "transfer_call": .shown(
            in: "CallControlTests.swift",
            by: "what a carrier tells of a transfer reaches the call, and stands in the log once"),
        "list_events": .plain, "stream_events": stream,
        "stream_call": .shown(
            in: "API/EventStreamTests.swift",
            by: "a cursor is its organization's alone, and what can't be taken is named"),

        "list_agents": .plain,
        "create_agent": .body(AgentRoutesTests.new),
        "get_agent": agent,
        "change_agent": .asked { .init(ids: [try await $0.agent()], body: #"{"name":"Desk"}"#) },
        "archive_agent": agent, "publish_agent": agent, "list_agent_versions": agent,
        "get_agent_version": .asked { .init(ids: [try await $0.callingAgent(), "1"]) },
        "restore_agent_version": .asked { .init(ids: [try await $0.callingAgent(), "1"]) },
        "list_phone_numbers": .plain,
        "create_phone_number": .asked {
            .init(body: #"{"number":"+15550100071","agent_id":"\#(try await $0.callingAgent())"}"#)
        },
        "get_phone_number": .asked { .init(ids: [try await $0.number()]) },
        "change_phone_number": .asked {
            .init(ids: [try await $0.number()], body: #"{"agent_id":"\#(try await $0.callingAgent())"}"#)
        },
        "delete_phone_number": .asked { .init(ids: [try await $0.number()]) },

        "list_customers": .plain,
        "create_customer": .body(#"{"name":"Ada"}"#),
        "get_customer": customer,
        "change_customer": .asked { .init(ids: [try await $0.customer()], body: #"{"name":"Bea"}"#) },
        "erase_customer": customer, "erase_customer_data": customer, "list_customer_calls": customer,
        "list_memories": customer,
        "list_analysis_runs": .plain, "list_analysis_choices": .plain,
        "create_analysis_run": .asked { .init(body: $0.newRun(of: try await $0.agent())) },
        "get_analysis_run": run, "compare_analysis_run": run,
        "choose_analysis_run": .asked { .init(body: #"{"run_id":"\#(try await $0.analysisRun())"}"#) },
        "create_memory": .asked { .init(ids: [try await $0.customer()], body: #"{"content":"Prefers mornings."}"#) },
        "delete_memory": .asked { .init(ids: try await $0.memory()) },
        "search_memories": .body(#"{"text":"mornings"}"#),
        "list_patterns": .plain,
        "search_patterns": .body(#"{"text":"mornings"}"#),
        "search": .body(#"{"text":"mornings"}"#),

        "get_overview": .plain, "get_calls_figures": .plain, "get_latency_figures": .plain,
        "get_sentiment_figures": .plain, "get_costs_figures": .plain, "get_pattern_figures": .plain,
        "query_figures": .body(#"{"measures":["calls"]}"#),

        "list_webhook_endpoints": .plain,
        "create_webhook_endpoint": .body(#"{"url":"https://example.org/hook","events":["call.*"]}"#),
        "get_webhook_endpoint": endpoint,
        "change_webhook_endpoint": .asked { .init(ids: [try await $0.endpoint()], body: #"{"description":"d"}"#) },
        "delete_webhook_endpoint": endpoint, "rotate_webhook_secret": endpoint, "test_webhook_endpoint": endpoint,
        "list_webhook_deliveries": endpoint, "get_tool_secret": .plain, "rotate_tool_secret": .plain,
        "retry_webhook_delivery": .shown(
            in: "Webhooks/WebhookDeliveryTests.swift",
            by: "who has failed for days is given up, and begins anew when enabled again"),
        "replay_webhooks": .asked {
            .init(ids: [try await $0.endpoint()], body: #"{"from_time":"\#(Timestamp.now - .seconds(60))"}"#)
        },

        "list_consumers": .plain, "list_providers": .plain,
        "list_dead_letters": .plain, "replay_dead_letter": letters, "discard_dead_letter": letters,
        "list_jobs": .plain, "retry_job": jobs, "cancel_job": jobs,
    ]
}

/// An organization in which there is something of everything, made through the routes themselves.
struct RouteStage: Sendable {
    struct Wish: Sendable {
        /// In the order of the path's placeholders.
        var ids: [String] = []
        var body: String?
    }

    let api: APIUnderTest
    let token: String

    var call: String { api.first.call.description }
    var email: String { api.first.email(.viewer) }

    private func made(_ path: String, _ body: String) async throws -> String {
        try await api.post(path, token: token, body).id()
    }

    func refreshToken() async throws -> String { try await api.tokens(.viewer).refresh }
    func key() async throws -> String { try await made("/api-keys", #"{"name":"k","scopes":["calls:read"]}"#) }
    func agent() async throws -> String { try await made("/agents", AgentRoutesTests.new) }
    func customer() async throws -> String { try await made("/customers", #"{"name":"Ada"}"#) }
    func endpoint() async throws -> String {
        try await made("/webhook-endpoints", #"{"url":"https://example.org/hook","events":["call.*"]}"#)
    }

    func newRun(of agent: String) -> String {
        #"{"name":"\#(UUID.v7())","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z","agent_id":"\#(agent)"}"#
    }

    func analysisRun() async throws -> String { try await made("/analysis-runs", newRun(of: try await agent())) }

    func memory() async throws -> [String] {
        let customer = try await customer()
        return [customer, try await made("/customers/\(customer)/memories", #"{"content":"Prefers mornings."}"#)]
    }

    /// One that was published, and has a number.
    func callingAgent() async throws -> String {
        let agent = try await PhonesUnderTest.agent(api, token)
        _ = try await number(of: agent)
        return agent
    }

    func number() async throws -> String { try await number(of: try await PhonesUnderTest.agent(api, token)) }

    private func number(of agent: String) async throws -> String {
        let number = "+1555\(Int.random(in: 1_000_000...9_999_999))"
        return try await made("/phone-numbers", #"{"number":"\#(number)","agent_id":"\#(agent)"}"#)
    }

    /// With words in it.
    func endedCall() async throws -> String {
        let call = UUID.v7()
        let facts: [CallEvent] = [
            .callReceived(
                CallReceived(
                    from: Private("+15550100002"), to: Private("+15550100001"),
                    leg: CarrierLeg(carrier: "telnyx", control: "v3:ended"))),
            .callerSaid(
                CallerSaid(
                    turn: TurnID(UUID.v7()), text: Private("to be forgotten"), confidence: nil, startedAt: 10,
                    endedAt: 900, provider: "deepgram")),
            .callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, isBillable: true)),
        ]
        let events = try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let log = try await EventLog.read(through: .pool(api.owner))
        let append = StreamAppend(to: call, kind: .call, of: api.first.organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        return call.description
    }

    /// One that nobody has dialled yet.
    func waitingCall() async throws -> String {
        try await made("/calls", #"{"agent_id":"\#(try await callingAgent())","to":"+15550100063"}"#)
    }
}
