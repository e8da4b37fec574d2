import Crypto
import Domain
import Jobs
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// How much is done for one endpoint in one go, and for how long what it once had is good.
@Suite(.timeLimit(.minutes(2))) struct WebhookBoundsTests {
    private static func desk(_ test: LearningUnderTest) async throws -> EndpointDesk {
        try await test.pool.execute(
            """
            INSERT INTO organizations (organization_id, name) VALUES (\(LearningUnderTest.organization), 'o')
            ON CONFLICT DO NOTHING
            """)
        return EndpointDesk(test.tenant(), try EndpointSecrets(setting: nil), nil)
    }

    private static func endpoint(_ test: LearningUnderTest) async throws -> WebhookEndpointID {
        let new = EndpointChange(url: "https://example.org/", host: "example.org", patterns: ["*"], isEnabled: true)
        return try await desk(test).create(new).row.id
    }

    private static func working(
        _ test: LearningUnderTest, _ handler: JobHandler, until what: String, _ holds: () async throws -> Bool
    ) async throws {
        var settings = JobWorkerSettings()
        settings.queue = WebhookJobs.queue
        settings.pollEvery = .milliseconds(20)
        let worker = JobWorker([handler], on: test.pool, settings: settings)
        let life = Task(executorPreference: test.pool.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await test.pool.loop.until(what, within: .seconds(60), every: .milliseconds(20), holds))
        } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }

    private static func event() throws -> NewEvent {
        try NewEvent(.call(.callAnswered(CallAnswered())), id: EventID(UUID.v7()), at: Instant(Timestamp.now))
    }

    private static func done(_ test: LearningUnderTest, _ kind: String) async throws -> Int {
        try await test.pool.query("SELECT count(*) FROM jobs_done WHERE kind = \(kind) AND outcome = 'completed'").one
            .decode(Int.self)
    }

    @Test func `a replay looks through so many positions at a time, and leaves the rest to the next run`() async throws
    {
        try await LearningUnderTest.with { test in
            let stream = UUID.v7()
            var left = Int(WebhookLimits.replayPageMax) + 1
            while left > 0 {
                let count = min(left, AppendLimits.batchEventsMax)
                try await test.tell(try (0..<count).map { _ in try Self.event() }, to: stream)
                left -= count
            }
            let endpoint = try await Self.endpoint(test)
            _ = try await DeliveryLedger(test.tenant(), nil).replay(
                ReplayRange(from: .place(LogPlace(lanes: test.log.lanes))), to: endpoint)
            // Whoever looks at it a second time has used up all that a run has.
            let clock = HastyClock(step: WebhookLimits.runMax / 2)
            let replay = WebhookReplay(test.pool, now: { clock.now })
            try await Self.working(
                test, JobHandler(WebhookJobs.replay) { try await replay.run($0) }, until: "the end of the replay"
            ) {
                try await test.pool.query("SELECT FROM jobs WHERE kind = \(WebhookJobs.replay)").isEmpty
            }
            let pages = try await test.pool.query(
                "SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = \(endpoint.uuid) GROUP BY xmin::text ORDER BY 1"
            ).map { try $0.decode(Int.self) }
            #expect(pages == [1, Int(WebhookLimits.replayPageMax)])
            // What was done to the endpoint itself stands in a lane too.
            let lanes = try await test.pool.query("SELECT count(DISTINCT lane) FROM events").one.decode(Int.self)
            #expect(try await Self.done(test, WebhookJobs.replay) == lanes + 1, "each run looked at one page")
        }
    }

    @Test func `so much is taken away at a time`() async throws {
        try await LearningUnderTest.with { test in
            let endpoint = try await Self.endpoint(test)
            try await test.pool.execute(
                """
                INSERT INTO webhook_deliveries (endpoint_id, organization_id, event_id, position, lane, type, state, created_at)
                SELECT \(endpoint.uuid), \(LearningUnderTest.organization), gen_random_uuid(), n, 0, 'call.ended', 'delivered',
                    clock_timestamp() - \(WebhookLimits.keptFor) - interval '1 minute'
                FROM generate_series(1, \(Int64(WebhookLimits.purgeMax) * 2 + 1)) AS n
                """)
            let queue = WebhookQueue(test.pool, try EndpointSecrets(setting: nil))
            var looks = 0
            let first = try await queue.purge {
                looks += 1
                return looks == 2
            }
            #expect(first == WebhookLimits.purgeMax, "it is asked between two statements whether it shall go on")
            #expect(try await queue.purge() == WebhookLimits.purgeMax + 1)
            #expect(try await test.pool.query("SELECT FROM webhook_deliveries").isEmpty)
        }
    }

    @Test func `a secret that was changed signs for a day, and not a moment longer`() async throws {
        try await LearningUnderTest.with { test in
            let endpoint = try await Self.endpoint(test)
            let queue = WebhookQueue(test.pool, try EndpointSecrets(setting: nil))
            func secrets() async throws -> Int? { try await queue.target(endpoint.uuid)?.secrets.count }
            #expect(try await secrets() == 1)
            _ = try await Self.desk(test).rotate(endpoint) { _ in }
            #expect(try await secrets() == 2)
            let isDay = try await test.pool.query(
                """
                SELECT previous_until - updated_at BETWEEN interval '24 hours' - interval '1 second'
                    AND interval '24 hours' + interval '1 second' FROM webhook_endpoints
                """
            ).one.decode(Bool.self)
            #expect(isDay && WebhookLimits.rotation == .seconds(24 * 3_600))
            // All but a minute of it has passed; then all of it.
            for (left, count) in [(Duration.seconds(60), 2), (.zero, 1)] {
                try await test.pool.execute(
                    "UPDATE webhook_endpoints SET previous_until = clock_timestamp() + \(left)")
                #expect(try await secrets() == count)
            }
        }
    }
}
