import Crypto
import Domain
import Jobs
import Postgres
import Store
import Testing
import Wire

/// Who is owed what: rows and jobs, in the transaction in which the log was read.
@Suite(.timeLimit(.minutes(2))) struct WebhooksConsumerTests {
    private static func endpoint(
        _ test: ConsumersUnderTest, _ events: [String] = ["*"], of organization: UUID = LogUnderTest.organization,
        disabled: Bool = false
    ) async throws -> UUID {
        let id = UUID.v7()
        try await test.pool.execute(
            """
            INSERT INTO organizations (organization_id, name) VALUES (\(organization), \(organization.description))
            ON CONFLICT DO NOTHING
            """)
        try await test.pool.execute(
            """
            INSERT INTO webhook_endpoints (endpoint_id, organization_id, url, events, secret, is_sealed, disabled_at,
                disabled_reason)
            VALUES (\(id), \(organization), 'https://example.org', \(events), '\\x00', false,
                CASE WHEN \(disabled) THEN now() END, CASE WHEN \(disabled) THEN 'by_user' END)
            """)
        return id
    }

    private static func owed(_ test: ConsumersUnderTest, to endpoint: UUID) async throws -> Int {
        try await test.pool.query("SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = \(endpoint)").one.decode(
            Int.self)
    }

    private static func jobs(_ test: ConsumersUnderTest) async throws -> Int {
        try await test.pool.query("SELECT count(*) FROM jobs WHERE kind = \(WebhookJobs.delivery)").one.decode(Int.self)
    }

    private static func events(_ test: ConsumersUnderTest, of stream: UUID) async throws -> [RecordedEvent] {
        try await test.log.events(of: stream, through: .pool(test.pool))
    }

    @Test func `each event is owed once to each endpoint that wants it, and one job sees to an endpoint`() async throws
    {
        try await ConsumersUnderTest.with { test in
            let early = try await test.append(3)
            let all = try await Self.endpoint(test)
            let none = try await Self.endpoint(test, ["user.*"])
            let disabled = try await Self.endpoint(test, disabled: true)
            let stranger = try await Self.endpoint(test, of: .v7())
            let streams = [try await test.append(300), try await test.append(2)]
            let consumer = WebhooksConsumer()
            try await test.working(test.worker(consumer)) { try await test.untilDone(consumer.name.description) }
            #expect(try await Self.owed(test, to: all) == 302, "what was before it is not owed to it")
            for other in [none, disabled, stranger] { #expect(try await Self.owed(test, to: other) == 0) }
            #expect(try await Self.jobs(test) == 1)
            // The same again, as after a checkpoint that was put back.
            for stream in streams + [early] {
                let events = try await Self.events(test, of: stream)
                try await test.pool.withTransaction { try await consumer.apply(events, outward: .due, in: $0) }
            }
            #expect(try await Self.owed(test, to: all) == 302)
            #expect(try await Self.jobs(test) == 1)
        }
    }

    @Test func `while a version is built beside the live one, nobody is told anything`() async throws {
        try await ConsumersUnderTest.with { test in
            let all = try await Self.endpoint(test)
            let events = try await Self.events(test, of: try await test.append(5))
            try await test.pool.withTransaction {
                try await WebhooksConsumer(version: 2).apply(events, outward: .muted, in: $0)
            }
            #expect(try await Self.owed(test, to: all) == 0)
            #expect(try await Self.jobs(test) == 0)
        }
    }

    @Test func `rows and jobs are undone with the transaction`() async throws {
        struct Undone: Error {}
        try await ConsumersUnderTest.with { test in
            let all = try await Self.endpoint(test)
            let events = try await Self.events(test, of: try await test.append(5))
            await #expect(throws: Undone.self) {
                try await test.pool.withTransaction { session in
                    try await WebhooksConsumer().apply(events, outward: .due, in: session)
                    throw Undone()
                }
            }
            #expect(try await Self.owed(test, to: all) == 0)
            #expect(try await Self.jobs(test) == 0)
        }
    }

    @Test func `what nobody is after is found, and what is old is taken away`() async throws {
        try await ConsumersUnderTest.with { test in
            let all = try await Self.endpoint(test)
            let events = try await Self.events(test, of: try await test.append(5))
            try await test.pool.withTransaction { try await WebhooksConsumer().apply(events, outward: .due, in: $0) }
            try await test.pool.execute("DELETE FROM jobs")
            let queue = WebhookQueue(test.pool, try EndpointSecrets(setting: nil))
            #expect(try await queue.sweep() == 1)
            #expect(try await queue.sweep() == 0)
            #expect(try await Self.jobs(test) == 1)
            try await test.pool.execute(
                """
                UPDATE webhook_deliveries SET created_at = clock_timestamp() - \(WebhookLimits.keptFor) - interval '1 minute',
                    state = CASE WHEN position % 2 = 0 THEN 'failed' ELSE 'pending' END
                """)
            let old = try await test.pool.query("SELECT FROM webhook_deliveries WHERE state = 'failed'").count
            #expect(try await queue.purge(batch: 1) == old && old > 0)
            #expect(try await Self.owed(test, to: all) == 5 - old, "what is owed still stays")
        }
    }

    @Test func `a page holds so many, and the longest waiting come first`() async throws {
        try await ConsumersUnderTest.with { test in
            let all = try await Self.endpoint(test)
            let events = try await Self.events(test, of: try await test.append(WebhookLimits.pageMax + 10))
            try await test.pool.withTransaction { try await WebhooksConsumer().apply(events, outward: .due, in: $0) }
            try await test.pool.execute(
                "UPDATE webhook_deliveries SET due_at = clock_timestamp() - make_interval(secs => position)")
            let queue = WebhookQueue(test.pool, try EndpointSecrets(setting: nil))
            let target = try #require(try await queue.target(all))
            let due = try await queue.due(target)
            let latest = Array(events.map(\.version).reversed().prefix(WebhookLimits.pageMax))
            #expect(due.map(\.event.version) == latest)
            #expect(due.first.map { EventDocument.bytes(of: $0.event) }?.isEmpty == false)
        }
    }

    @Test func `secrets open with the key they were sealed with, in their own place`() throws {
        let key = Base64.standard.encode(Array(repeating: UInt8(7), count: 32).span)
        let (sealed, plain) = (try EndpointSecrets(setting: key), try EndpointSecrets(setting: nil))
        let (secret, endpoint) = (EndpointSecrets.make(), UUID.v7())
        let box = sealed.kept(secret, of: .endpoint(endpoint))
        #expect(try sealed.opened(box, of: .endpoint(endpoint)) == secret)
        #expect(throws: EndpointSecretsFailure.anotherKey) { try sealed.opened(box, of: .endpoint(.v7())) }
        #expect(throws: EndpointSecretsFailure.anotherKey, "the tools' box is another one") {
            try sealed.opened(box, of: .tools(of: endpoint))
        }
        #expect(throws: EndpointSecretsFailure.noKey) { try plain.opened(box, of: .endpoint(endpoint)) }
        // What was kept before there was a key can still be read.
        #expect(try sealed.opened(plain.kept(secret, of: .endpoint(endpoint)), of: .endpoint(endpoint)) == secret)
        #expect(throws: SealingError.notAKey) { try EndpointSecrets(setting: "c2hvcnQ=") }
    }
}
