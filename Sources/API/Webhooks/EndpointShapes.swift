import Domain
import Store
import Wire

/// How endpoints and what they were sent are written.
enum EndpointShapes {
    static let components = [
        endpoint.component, withSecret.component, delivery.component, test.component,
        replay.component,
    ]

    private static let members: [JSONShape<EndpointRow>.Member] = [
        .id("id") { $0.id },
        .number("version", 2) { Int64($0.version) },
        .text("url", "https://example.org/ledgerline") { $0.url },
        .textOrNull("description", "The calendar") { $0.description },
        .texts("events", "call.*") { $0.patterns },
        .flag("enabled") { $0.disabled == nil },
        .wordOrNull("disabled_reason") { $0.disabled },
        .timeOrNull("disabled_at") { $0.disabledAt },
        .timeOrNull("previous_secret_until") { $0.previousUntil },
        .timeOrNull("delivered_at") { $0.deliveredAt },
        .timeOrNull("failing_since") { $0.failingSince },
        .timeOrNull("resting_until") { $0.restingUntil },
        .number("failures", 0) { Int64($0.failures) },
        .time("created_at") { $0.createdAt },
        .time("updated_at") { $0.updatedAt },
    ]

    static let endpoint = JSONShape<EndpointRow>("WebhookEndpoint", members)

    struct WithSecret: Sendable {
        let row: EndpointRow
        let secret: String
    }

    static let withSecret = JSONShape<WithSecret>(
        "WebhookEndpointWithSecret",
        members.map { member in
            .init(name: member.name, schema: member.schema, example: member.example) { member.write($0.row, &$1) }
        } + [.text("secret", "whsec_…") { $0.secret }])

    static let delivery = JSONShape<DeliveryRow>(
        "WebhookDelivery",
        [
            .id("id") { $0.id },
            .id("event_id") { $0.event },
            .text("type", EventType.callEnded.rawValue) { $0.type },
            .word("state") { $0.state },
            .number("attempts", 1) { Int64($0.attempts) },
            .numberOrNull("status", 200) { $0.status.map(Int64.init) },
            .wordOrNull("fault") { $0.fault },
            .numberOrNull("took_ms", 120) { $0.tookMilliseconds.map(Int64.init) },
            .time("created_at") { $0.createdAt },
            .timeOrNull("attempted_at") { $0.attemptedAt },
            .timeOrNull("due_at") { $0.dueAt },
        ])

    struct Test: Sendable { let event: EventID }

    static let test = JSONShape<Test>("WebhookTest", [.id("event_id") { $0.event }])

    struct Replay: Sendable { let job: Int64 }

    static let replay = JSONShape<Replay>("WebhookReplay", [.number("job_id", 4711) { $0.job }])
}
