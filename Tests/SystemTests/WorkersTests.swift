import Crypto
import Glibc
import Loop
import Postgres
import Store
import TestKit
import Testing

/// What the workers' process does with a log, seen from outside.
@Suite(.timeLimit(.minutes(3)), .serialized) struct WorkersTests {
    /// Calls, customers, learning, remembering, analysis, webhooks: each reads every event.
    private static let consumers = 6.0

    @Test func `it brings what is appended into the read model and into Redis, and says so`() async throws {
        try await ConsoleUnderTest.with { test in
            // What is learned of the call would be told to the log, too.
            let settings = ["DATABASE_URL": test.url, "LEDGERLINE_SETTLED_AFTER": "1h"]
            try await ProcessUnderTest.with(.workers, settings, on: test.loop) { process in
                try await process.untilReady()
                let call = try await test.appendCall()
                try await test.loop.until("the call's row", within: .seconds(30), every: .milliseconds(20)) {
                    try await test.count("SELECT count(*) FROM calls WHERE call_id = \(call) AND status = 'ended'") == 1
                }
                var events = 4.0
                try await test.loop.until("its metrics", within: .seconds(40), every: .milliseconds(200)) {
                    let text = try PrometheusText(try await process.get("/metrics").text)
                    func sum(_ name: String) -> Double {
                        text.samples.filter { $0.name == name }.map(\.value).reduce(0, +)
                    }
                    // What all consumers found in Postgres before the relay looked need not be in Redis: then come some more.
                    let published = sum("relay_entries_published_total")
                    if published == 0, sum("consumer_events_applied_total") == Self.consumers * events {
                        _ = try await test.appendCall()
                        events += 4
                    }
                    return sum("consumer_events_applied_total") == Self.consumers * events
                        && (1...events).contains(published)
                        && sum("log_lane_head") == events && sum("log_lane_holes") == 0
                        && text.samples.contains { $0.name == "consumer_lag_events" }
                        && text.samples.contains { $0.name == "jobs_ended_total" }
                        && sum("postgres_wal_bytes_total") > 0
                }
                #expect(!process.process.output.contains(ConsoleUnderTest.phone))

                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
                // In good order: nothing is left to run out.
                #expect(try await test.count("SELECT count(*) FROM consumer_lanes WHERE owner IS NOT NULL") == 0)
                #expect(try await test.count("SELECT count(*) FROM consumer_workers") == 0)
                #expect(try await test.count("SELECT count(*) FROM job_workers") == 0)
            }
        }
    }

    @Test func `it looks at calls that are over, and reckons what was said in them`() async throws {
        try await ConsoleUnderTest.with { test in
            let settings = ["DATABASE_URL": test.url, "LEDGERLINE_SETTLED_AFTER": "0s"]
            try await ProcessUnderTest.with(.workers, settings, on: test.loop) { process in
                try await process.untilReady()
                let call = try await test.appendCall()
                try await test.loop.until("the call's analysis", within: .seconds(60), every: .milliseconds(50)) {
                    try await test.count(
                        """
                        SELECT count(*) FROM calls WHERE call_id = \(call) AND success = false
                            AND summary = \("Caller: “\(ConsoleUnderTest.words)” Ended: caller_hung_up.")
                        """) == 1
                }
                try await test.loop.until("its embeddings", within: .seconds(60), every: .milliseconds(50)) {
                    try await test.count(
                        "SELECT count(*) FROM search_texts_v1 WHERE call_id = \(call) AND embedding IS NOT NULL") == 2
                }
                #expect(!process.process.output.contains(ConsoleUnderTest.words))
                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
            }
        }
    }

    @Test func `it goes over to a version that an operator has built, without a restart`() async throws {
        try await ConsoleUnderTest.with { test in
            try await ProcessUnderTest.with(.workers, ["DATABASE_URL": test.url], on: test.loop) { process in
                try await process.untilReady()
                _ = try await test.appendCall()
                try await test.loop.until("the call's row", within: .seconds(30), every: .milliseconds(20)) {
                    try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 1
                }
                let rebuilt = try await test.ledgerline("rebuild", "calls@2")
                #expect(rebuilt.code == 0, "\(rebuilt.output)")
                _ = try await test.appendCall()
                try await test.loop.until("the next call's row", within: .seconds(40), every: .milliseconds(20)) {
                    try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 2
                }
                #expect(try await test.count("SELECT count(*) FROM calls_v1") == 1)
                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0, "\(process.process.output)")
            }
        }
    }

    @Test func `a consumer that is far behind makes it degraded, and still ready`() async throws {
        try await ConsoleUnderTest.with { test in
            let call = try await test.appendCall()
            // Somebody else holds the lane and does nothing; his first event is old.
            try await test.working(until: "the call is there") {
                try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 1
            }
            try await test.pool.execute("ALTER TABLE events DISABLE TRIGGER events_are_kept")
            try await test.pool.execute("UPDATE events SET recorded_at = clock_timestamp() - interval '1 hour'")
            try await test.pool.execute(
                """
                UPDATE consumer_lanes SET position = 0, owner = gen_random_uuid(), token = token + 1,
                    lease_until = clock_timestamp() + interval '1 hour' WHERE lane = \(test.log.lane(of: call))
                """)
            try await ProcessUnderTest.with(.workers, ["DATABASE_URL": test.url], on: test.loop) { process in
                let answer = try await process.untilReadiness("degraded") { $0.word(of: "consumers") == "degraded" }
                #expect(answer.status == 200 && answer.word == "degraded", "\(answer.text)")
                #expect(answer.reason(of: "consumers") == "a consumer is more than a minute behind")
            }
        }
    }
}
