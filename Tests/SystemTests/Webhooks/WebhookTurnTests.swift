import Crypto
import Domain
import Jobs
import Loop
import Postgres
import Providers
import Service
import Store
import TestKit
import Testing
import Wire

@testable import Workers

/// How long one endpoint keeps its place among those that are served.
@Suite(.timeLimit(.minutes(2)), .serialized) struct WebhookTurnTests {
    @Test func `after its time an endpoint leaves the rest to its next turn`() async throws {
        try await WebhookReceiver.with { receiver in
            try await APIUnderTest.with(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]) { api in
                let token = try await api.tokens(.developer).access
                let endpoint = try await api.post(
                    "/webhook-endpoints", token: token, #"{"url":"\#(receiver.url())","events":["call.*"]}"#
                ).id()
                let (organization, count) = (api.first.organization.uuid, WebhookLimits.pageMax + 1)
                try await Self.owe(api, endpoint, count)
                let loop = api.owner.loop
                let secrets = try EndpointSecrets(setting: nil)
                var reader = SettingsReader(SettingsSource(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]))
                let post = WebhookPost(WebhookSettings(&reader), on: loop)
                // Whoever looks at it a second time has used up a turn.
                let clock = HastyClock(step: WebhookLimits.runMax / 2)
                let pump = WebhookPump(
                    WebhookQueue(api.owner, secrets), post, WebhookStatistics(), on: loop, now: { clock.now })
                var settings = JobWorkerSettings()
                settings.queue = WebhookJobs.queue
                settings.pollEvery = .milliseconds(20)
                let worker = JobWorker(
                    [JobHandler(WebhookJobs.delivery) { try await pump.run($0) }], on: api.owner, settings: settings)
                try await api.owner.withTransaction {
                    let job = WebhookJobs.deliver(to: try #require(UUID(endpoint)), of: organization)
                    _ = try await JobBoard.enqueue([job], in: $0)
                }
                let life = Task(executorPreference: loop) { await worker.run() }
                let result: Result<Void, any Error>
                do {
                    try await loop.until("all of them", within: .seconds(60)) {
                        try await api.owner.query("SELECT FROM webhook_deliveries WHERE state <> 'delivered'").isEmpty
                    }
                    result = .success(())
                } catch { result = .failure(error) }
                worker.stop()
                await life.value
                post.shutdown()
                try result.get()
                let turns = try await api.owner.query(
                    "SELECT count(*) FROM jobs_done WHERE kind = \(WebhookJobs.delivery) AND outcome = 'completed'"
                ).one.decode(Int.self)
                #expect(turns == 2 && receiver.deliveries.count == count)
            }
        }
    }

    /// So many events of a call of its own.
    private static func owe(_ api: APIUnderTest, _ endpoint: String, _ count: Int) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let events = try (0..<count).map { _ in
            try NewEvent(.call(.callAnswered(CallAnswered())), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
        }
        let stream = UUID.v7()
        let append = StreamAppend(
            to: stream, kind: .call, of: api.first.organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        try await api.owner.execute(
            """
            INSERT INTO webhook_deliveries (endpoint_id, organization_id, event_id, position, lane, type)
            SELECT \(endpoint)::uuid, organization_id, event_id, position, lane, type FROM events WHERE stream_id = \(stream)
            """)
    }
}
