import Crypto
import Domain
import Glibc
import HTTP
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Receivers that are slow, dead or where none should be, and workers that die.
@Suite(.timeLimit(.minutes(5)), .serialized) struct WebhookLimitsTests {
    @Test func `a worker that dies between sending and noting sends again, under the same id`() async throws {
        try await WebhookReceiver.with { receiver in
            try await APIUnderTest.with(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"]) { api in
                let loop = api.owner.loop
                let environment = [
                    "DATABASE_URL": api.url, "LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1", "LEDGERLINE_SETTLED_AFTER": "1h",
                ]
                let token = try await api.tokens(.developer).access
                func test(_ workers: ProcessUnderTest) -> WebhooksUnderTest {
                    WebhooksUnderTest(api: api, workers: workers, receiver: receiver, token: token)
                }
                let endpoint = try await ProcessUnderTest.with(.workers, environment, on: loop) { workers in
                    try await workers.untilReady()
                    let test = test(workers)
                    let endpoint = try await test.endpoint(receiver.url(), events: ["call.*"])
                    receiver.answer { _ in
                        workers.process.send(SIGKILL)
                        return Response(.ok)
                    }
                    try await test.append()
                    _ = await workers.process.exit()
                    return endpoint
                }
                #expect(receiver.deliveries.count == 1)
                receiver.answer { _ in Response(.ok) }
                // What half a minute of silence comes to.
                try await api.owner.execute(
                    "UPDATE job_workers SET heartbeat_at = clock_timestamp() - interval '1 hour'")
                try await api.owner.execute(
                    "UPDATE consumer_lanes SET lease_until = clock_timestamp() - interval '1 second'")
                try await ProcessUnderTest.with(.workers, environment, on: loop) { workers in
                    let test = test(workers)
                    try await test.until("it is delivered") {
                        try await test.ledger(endpoint, "&state=delivered").count == 1
                    }
                    let both = receiver.deliveries
                    #expect(both.count == 2 && both[0].id == both[1].id && both[0].body == both[1].body)
                    #expect(try await test.ledger(endpoint).count == 1)
                }
            }
        }
    }

    @Test func `one endpoint has so many requests at a time, and one that stalls holds nobody up`() async throws {
        try await WebhooksUnderTest.with { test in
            let dead = try await test.endpoint(test.receiver.url("/dead"), events: ["call.*"])
            let quick = try await test.endpoint(test.receiver.url("/quick"), events: ["call.*"])
            test.receiver.answer { delivery in
                // As long as its sender has patience, and longer.
                if delivery.path == "/dead" { try await Task.sleep(for: .seconds(60)) }
                return Response(.ok)
            }
            let ids = try await test.append(40)
            try await test.until("the quick one has all") {
                Set(test.receiver.deliveries(to: "/quick").map(\.id)) == Set(ids.map(\.description))
            }
            #expect(try await test.ledger(dead, "&state=delivered").isEmpty)
            try await test.until("it is told that it took too long") {
                try await test.ledger(dead).contains { $0["fault"]?.text == "timed_out" }
            }
            let row = try #require(try await test.ledger(dead).first { $0["fault"]?.text == "timed_out" })
            #expect(row["status"] == .null && row["state"]?.text == "pending")
            // After so many failures it is asked whether it is back, one request at a time.
            try await test.until("it rests") {
                try await test.api.get("/webhook-endpoints/\(dead.id)", token: test.token).text("resting_until") != nil
            }
            #expect(try await test.ledger(quick, "&state=delivered").count == 40)
        }
    }

    @Test func `as many requests as may be are under way at once`() async throws {
        try await WebhooksUnderTest.with { test in
            _ = try await test.endpoint(test.receiver.url(), events: ["call.*"])
            test.receiver.answer { _ in
                // Until as many as there may be are here, or nobody comes any more.
                for _ in 0..<200 where test.receiver.runningMax < WebhookLimits.atOnceMax {
                    try await Task.sleep(for: .milliseconds(10))
                }
                return Response(.ok)
            }
            try await test.append(100)
            try await test.until("all") { test.receiver.deliveries.count >= 100 }
            #expect(test.receiver.runningMax == WebhookLimits.atOnceMax)
            #expect(Set(test.receiver.deliveries.map(\.id)).count == 100)
        }
    }

    /// Ways to write an address of this machine, or of the networks around it.
    private static let hosts = [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "localhost", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254",
        "100.64.0.1", "[fe80::1]", "[fd00::1]", "[fc00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ]

    @Test func `nothing goes to this machine or the networks around it`() async throws {
        try await WebhooksUnderTest.with([:]) { test in
            // Names are found out when we connect; so is whatever came into the table otherwise.
            let made = try await test.endpoint(test.receiver.url(host: "localhost"), events: ["call.*"])
            var endpoints = [made]
            for host in Self.hosts {
                let url = test.receiver.url(host: host)
                let answer = try await test.api.post("/webhook-endpoints", token: test.token, #"{"url":"\#(url)"}"#)
                if host != "localhost" { #expect(try answer.pointers == ["/url"], "\(host): \(answer.raw.text)") }
                let id = UUID.v7()
                try await test.api.owner.execute(
                    """
                    INSERT INTO webhook_endpoints (endpoint_id, organization_id, url, events, secret, is_sealed)
                    VALUES (\(id), \(test.api.first.organization.uuid), \(url), '{call.*}', '\\x00', false)
                    """)
                endpoints.append(.init(id: id.description, secret: ""))
            }
            try await test.append()
            for (endpoint, host) in zip(endpoints, ["localhost"] + Self.hosts) {
                try await test.until("what became of \(host)") {
                    try await test.ledger(endpoint).first?["fault"]?.text != nil
                }
                let fault = try await test.ledger(endpoint).first?["fault"]?.text
                #expect(fault == "address_refused", "\(host): \(fault ?? "-")")
            }
            #expect(test.receiver.deliveries.isEmpty)
        }
    }

    @Test func `an answer that is too long is known by its status`() async throws {
        try await WebhooksUnderTest.with { test in
            let endpoint = try await test.endpoint(test.receiver.url(), events: ["call.*"])
            test.receiver.answer { _ in
                Response.text(String(repeating: "x", count: 1 << 20))
            }
            try await test.append()
            try await test.until("it arrived") { try await test.ledger(endpoint, "&state=delivered").count == 1 }
            #expect(test.receiver.deliveries.count == 1)
        }
    }

    @Test func `what was is sent again from a cursor or a time on, up to now`() async throws {
        try await WebhooksUnderTest.with { test in
            try await test.append(2)
            let owner = try await test.api.tokens(.owner).access
            let before = try #require(try await test.api.get("/events?limit=200", token: owner).text("next_cursor"))
            let later = try await test.append(5)
            let endpoint = try await test.endpoint(test.receiver.url(), events: ["call.answered"])
            let path = "/webhook-endpoints/\(endpoint.id)/replay"
            // What was before the endpoint is nobody's but who asks for it.
            let replay = try await test.api.post(path, token: test.token, #"{"from_cursor":"\#(before)"}"#)
            #expect(replay.status == 202, "\(replay.raw.text)")
            try await test.until("those behind the cursor") {
                try await test.ledger(endpoint, "&state=delivered").count == 5
            }
            #expect(Set(test.receiver.deliveries.map(\.id)) == Set(later.map(\.description)))
            try await test.until("the end of the job") {
                try await test.api.owner.query("SELECT FROM jobs WHERE kind = 'replay_webhooks'").isEmpty
            }
            let hour = Timestamp.now - .seconds(3_600)
            #expect(try await test.api.post(path, token: test.token, #"{"from_time":"\#(hour)"}"#).status == 202)
            // Two calls' answers of the tenant, seven of ours; those of before come a second time, under their ids.
            try await test.until("all that was") { try await test.ledger(endpoint, "&state=delivered").count == 8 }
            try await test.until("those again") { test.receiver.deliveries.count == 13 }
            #expect(Set(test.receiver.deliveries.map(\.id)).count == 8)

            let old = Timestamp.now - WebhookLimits.replayMax - .seconds(60)
            for (body, pointer) in [
                (#"{"from_time":"\#(old)"}"#, "/from_time"), (#"{"from_cursor":"x"}"#, "/from_cursor"),
                ("{}", "/from_time"), (#"{"from_time":"\#(hour)","from_cursor":"\#(before)"}"#, "/from_time"),
            ] {
                let refused = try await test.api.post(path, token: test.token, body)
                #expect(try refused.status == 422 && refused.pointers == [pointer], "\(body)")
            }
            let theirs = try await test.api.tokens(.owner, of: test.api.second).access
            #expect(try await test.api.post(path, token: theirs, #"{"from_time":"\#(hour)"}"#).status == 404)
            let id = try #require(try await test.ledger(endpoint).first?["id"]?.text)
            let retry = "/webhook-endpoints/\(endpoint.id)/deliveries/\(id)/retry"
            #expect(try await test.api.post(retry, token: theirs, "").status == 404)
            #expect(try await test.api.post(retry, token: test.token, "").status == 202)
            try await test.until("that one again") { test.receiver.deliveries.count == 14 }
        }
    }
}
