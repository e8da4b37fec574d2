import Crypto
import Domain
import Jobs
import Postgres
import Store
import TestKit
import Wire

/// What each operation that changes something leaves in the log. One without a row fails `AuditTrials`.
enum AuditTable {
    enum Trace {
        case event(EventType)
        /// It only looks, though it is a POST.
        case nothing
    }

    static let traces: [String: Trace] = [
        "login": .event(.userSignedIn), "refresh": .event(.userTokenRefreshed), "revoke": .event(.userRevoked),
        "create_api_key": .event(.apiKeyCreated), "revoke_api_key": .event(.apiKeyRevoked),

        "request_call": .event(.callRequested), "open_web_call": .event(.callRequested),
        "change_call": .event(.callChanged),
        "erase_call": .event(.callErased),
        "hang_up_call": .event(.callOrdered), "stop_call": .event(.callOrdered),
        "interrupt_call": .event(.callOrdered), "cancel_turn": .event(.callOrdered),
        "say_in_call": .event(.callOrdered), "inject_into_call": .event(.callOrdered),
        "mute_call": .event(.callOrdered), "press_keys": .event(.callOrdered), "transfer_call": .event(.callOrdered),

        "create_agent": .event(.agentCreated), "change_agent": .event(.agentChanged),
        "archive_agent": .event(.agentArchived), "publish_agent": .event(.agentPublished),
        "restore_agent_version": .event(.agentRestored),
        "create_phone_number": .event(.phoneNumberCreated), "change_phone_number": .event(.phoneNumberChanged),
        "delete_phone_number": .event(.phoneNumberDeleted),

        "create_customer": .event(.customerCreated), "change_customer": .event(.customerChanged),
        "erase_customer": .event(.customerErased), "erase_customer_data": .event(.customerErased),
        "create_memory": .event(.memoryRemembered), "delete_memory": .event(.memoryForgotten),
        "search_memories": .nothing, "search_patterns": .nothing, "search": .nothing, "query_figures": .nothing,

        "create_webhook_endpoint": .event(.endpointCreated), "change_webhook_endpoint": .event(.endpointChanged),
        "delete_webhook_endpoint": .event(.endpointDeleted), "rotate_webhook_secret": .event(.endpointSecretRotated),
        "test_webhook_endpoint": .event(.endpointTested), "retry_webhook_delivery": .event(.deliveryRetried),
        "replay_webhooks": .event(.endpointReplayed), "rotate_tool_secret": .event(.toolSecretRotated),
        "create_analysis_run": .event(.analysisRunRequested), "choose_analysis_run": .event(.analysisRunChosen),

        "replay_dead_letter": .event(.letterReplayed), "discard_dead_letter": .event(.letterDiscarded),
        "retry_job": .event(.jobRetried), "cancel_job": .event(.jobCancelled),
    ]

    /// For operations that another test shows by more than the API, and those that would change nothing by their row.
    static let wishes: [String: @Sendable (RouteStage) async throws -> RouteStage.Wish] = [
        "interrupt_call": live(nil), "cancel_turn": live(nil), "say_in_call": live(#"{"text":"One moment."}"#),
        "inject_into_call": live(#"{"text":"Sent."}"#), "mute_call": live(#"{"muted":true}"#),
        "press_keys": live(#"{"digits":"1"}"#), "transfer_call": live(#"{"to":"+15550100003"}"#),
        "restore_agent_version": { stage in
            let agent = try await stage.callingAgent()
            _ = try await stage.api.patch("/agents/\(agent)", token: stage.token, #"{"name":"Desk"}"#)
            _ = try await stage.api.post("/agents/\(agent)/publish", token: stage.token, "")
            return .init(ids: [agent, "1"])
        },
        "retry_webhook_delivery": { stage in
            let endpoint = try await stage.endpoint()
            let row = try await stage.api.owner.query(
                """
                INSERT INTO webhook_deliveries (endpoint_id, organization_id, event_id, position, lane, type, state)
                VALUES (\(endpoint)::uuid, \(stage.api.first.organization.uuid), \(UUID.v7()), 1, 0, 'call.ended',
                    'delivered') RETURNING delivery_id
                """)
            return .init(ids: [endpoint, try row.one.decode(UUID.self).description])
        },
        "replay_dead_letter": { .init(ids: [try await letter($0)]) },
        "discard_dead_letter": { .init(ids: [try await letter($0)]) },
        "retry_job": { .init(ids: [try await job($0, isDiscarded: true)]) },
        "cancel_job": { .init(ids: [try await job($0, isDiscarded: false)]) },
    ]

    private static func live(_ body: String?) -> @Sendable (RouteStage) async throws -> RouteStage.Wish {
        { .init(ids: [$0.call], body: body) }
    }

    private static func letter(_ stage: RouteStage) async throws -> String {
        let (organization, stream) = (stage.api.first.organization.uuid, UUID.v7())
        try await stage.api.owner.execute(
            """
            INSERT INTO parked_streams (first_position, letters, stream_id, organization_id, lane, consumer)
            VALUES (1, 1, \(stream), \(organization), 0, 'calls@1')
            """)
        let row = try await stage.api.owner.query(
            """
            INSERT INTO dead_letters (position, stream_id, event_id, organization_id, version, attempts, lane, consumer,
                error_class, error)
            VALUES ((SELECT 1 + count(*) FROM dead_letters), \(stream), \(UUID.v7()), \(organization), 1, 3, 0, 'calls@1',
                'CodecError', 'unreadable') RETURNING id
            """)
        return "\(try row.one.decode(Int64.self))"
    }

    private static func job(_ stage: RouteStage, isDiscarded: Bool) async throws -> String {
        var job = NewJob("audited")
        job.organization = stage.api.first.organization.uuid
        guard let id = try await JobBoard(stage.api.owner).enqueue(job) else { throw PostgresError(.unexpectedAnswer) }
        guard isDiscarded else { return "\(id.number)" }
        try await stage.api.owner.execute(
            """
            WITH gone AS (DELETE FROM jobs WHERE id = \(id.number) RETURNING *)
            INSERT INTO jobs_done (id, run_at, created_at, started_at, organization_id, worker_id, attempt, max_attempts,
                timeout_ms, priority, queue, kind, unique_key, args, errors, outcome)
            SELECT id, run_at, created_at, started_at, organization_id, worker_id, attempt, max_attempts, timeout_ms,
                priority, queue, kind, unique_key, args, errors, 'discarded' FROM gone
            """)
        return "\(id.number)"
    }
}
