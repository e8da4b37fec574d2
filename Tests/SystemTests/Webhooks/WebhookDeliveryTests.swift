import Crypto
import Domain
import Glibc
import HTTP
import Loop
import Postgres
import Store
import Synchronization
import TestKit
import Testing
import Wire

/// Events on their way to somebody else's server, by the real processes over real sockets.
@Suite(.timeLimit(.minutes(5)), .serialized) struct WebhookDeliveryTests {
    @Test func `an event arrives as the log shows it, and anybody can check who signed it`() async throws {
        try await WebhooksUnderTest.with { test in
            let endpoint = try await test.endpoint(test.receiver.url("/calls"), events: ["call.answered"])
            let all = try await test.endpoint(test.receiver.url("/all"))
            let bills = try await test.endpoint(test.receiver.url("/bills"), events: ["billing.*"])
            let theirs = try await test.api.tokens(.developer, of: test.api.second).access
            _ = try await test.endpoint(test.receiver.url("/theirs"), token: theirs)
            let ids = try await test.append(3)
            try await test.append(1, of: test.api.second)
            try await test.until("what is owed") {
                test.receiver.deliveries(to: "/calls").count >= 3 && test.receiver.deliveries(to: "/all").count >= 3
                    && !test.receiver.deliveries(to: "/theirs").isEmpty
            }
            let shown = try await test.api.get(
                "/events?type=call.answered&limit=200", token: try await test.api.tokens(.owner).access
            ).data
            for delivery in test.receiver.deliveries(to: "/calls") {
                let body = try JSONValue(json: delivery.body)
                #expect(shown.contains(body) && body["id"]?.text == delivery.id)
                #expect(try await test.verified(delivery, endpoint.secret) == [true])
                #expect(try await test.verified(delivery, all.secret) == [false])
            }
            #expect(test.receiver.deliveries(to: "/calls").map(\.id).sorted() == ids.map(\.description).sorted())
            #expect(test.receiver.deliveries(to: "/bills").isEmpty)
            #expect(!test.receiver.deliveries.contains { $0.path != "/theirs" && $0.id.isEmpty })
            let foreign = Set(test.receiver.deliveries(to: "/theirs").map(\.id))
            #expect(foreign.isDisjoint(with: ids.map(\.description)))

            try await test.until("the ledger") { try await test.ledger(endpoint, "&state=delivered").count == 3 }
            let row = try #require(try await test.ledger(endpoint, "&event_id=\(ids[0])").first)
            #expect(row["status"] == .integer(204) && row["attempts"] == .integer(1) && row["fault"] == .null)
            #expect(try await test.ledger(bills).isEmpty)
            #expect(!test.workers.process.output.contains("whsec_"))
        }
    }

    @Test func `while a secret is changed both sign, and the new one goes on`() async throws {
        try await WebhooksUnderTest.with(
            [
                "LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1",
                "LEDGERLINE_SEALING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ]
        ) { test in
            let endpoint = try await test.endpoint(test.receiver.url())
            let rotated = try await test.api.post("/webhook-endpoints/\(endpoint.id)/rotate", token: test.token, "")
            let secret = try #require(try rotated.text("secret"))
            #expect(rotated.status == 200 && secret != endpoint.secret)
            #expect(try rotated.text("previous_secret_until") != nil)
            // What lies in the database is neither of them.
            let kept = try await test.api.owner.query(
                "SELECT is_sealed, length(secret), length(previous_secret) FROM webhook_endpoints"
            ).one.decode(Bool.self, Int.self, Int.self)
            #expect(kept == (true, 32 + SealedBox.overhead, 32 + SealedBox.overhead))
            try await test.append()
            try await test.until("the first one") { test.receiver.deliveries.count == 1 }
            let first = test.receiver.deliveries[0]
            #expect(try await test.verified(first, secret) == [true, false])
            #expect(try await test.verified(first, endpoint.secret) == [false, true])

            try await test.api.owner.execute(
                "UPDATE webhook_endpoints SET previous_until = clock_timestamp() - interval '1 s'")
            try await test.append()
            try await test.until("the second one") { test.receiver.deliveries.count == 2 }
            #expect(try await test.verified(test.receiver.deliveries[1], secret) == [true])
        }
    }

    @Test func `what fails comes again under the same id, and the ledger says why it failed`() async throws {
        try await WebhooksUnderTest.with { test in
            let other = try await test.endpoint(test.receiver.url("/other"), events: ["billing.*"])
            // Each path fails once, in its own way, and takes what comes then.
            let ways: [(path: String, fault: String, status: Int64?)] = [
                ("/error", "refused", 500), ("/redirect", "redirected", 302),
            ]
            test.receiver.answer { delivery in
                guard test.receiver.deliveries(to: delivery.path).count == 1 else { return Response(.ok) }
                return delivery.path == "/error"
                    ? .text("words of the receiver", status: .internalServerError)
                    : .redirect(.found, to: test.receiver.url("/other"))
            }
            for way in ways {
                let endpoint = try await test.endpoint(test.receiver.url(way.path))
                let event = try await test.append()[0]
                try await test.until("a failure of \(way.path)") {
                    try await test.ledger(endpoint, "&event_id=\(event)").first?["fault"]?.text == way.fault
                }
                let failed = try #require(try await test.ledger(endpoint, "&event_id=\(event)").first)
                #expect(failed["state"]?.text == "pending" && failed["status"]?.wholeNumber == way.status)
                #expect(failed["due_at"]?.text != nil)
                try await test.until("the second attempt of \(way.path)") {
                    try await test.ledger(endpoint, "&event_id=\(event)").first?["state"]?.text == "delivered"
                }
                let both = test.receiver.deliveries(to: way.path).filter { $0.id == event.description }
                #expect(both.count == 2 && both[0].timestamp < both[1].timestamp && both[0].body == both[1].body)
                for one in both { #expect(try await test.verified(one, endpoint.secret) == [true]) }
                let row = try await test.api.get("/webhook-endpoints/\(endpoint.id)", token: test.token)
                #expect(try row.number("failures") == 0 && row.text("delivered_at") != nil)
                #expect(try await test.api.delete("/webhook-endpoints/\(endpoint.id)", token: test.token).status == 204)
            }
            #expect(test.receiver.deliveries(to: "/other").isEmpty && other.id != "")
            #expect(!test.workers.process.output.contains("words of the receiver"))
        }
    }

    @Test func `a connection that is cut, nobody there, and no HTTP are told apart`() async throws {
        try await WebhooksUnderTest.with { test in
            let (cut, noise) = (OnceOnly(), OnceOnly())
            try await ScriptedServer.with(
                on: test.loop,
                script: { connection in
                    let head = try await connection.read()
                    if head.hasPrefix("POST /cut"), cut.raise() { return }
                    if head.hasPrefix("POST /noise"), noise.raise() {
                        return try await connection.send("what?\r\n\r\n")
                    }
                    try await connection.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                }
            ) { server in
                let nobody = "http://127.0.0.1:\(try FreePort.find())/"
                for (url, fault) in [
                    (server.url("/cut"), "connection_lost"), (server.url("/noise"), "bad_response"),
                    (nobody, "connect_failed"), ("http://nobody.invalid/", "unresolved"),
                ] {
                    let endpoint = try await test.endpoint(url, events: ["call.*"])
                    try await test.append()
                    try await test.until(fault) { try await test.ledger(endpoint).first?["fault"]?.text == fault }
                    let row = try #require(try await test.ledger(endpoint).first)
                    #expect(row["status"] == .null && row["attempts"] == .integer(1))
                    if url != nobody, fault != "unresolved" {
                        try await test.hurry()
                        try await test.until("the next attempt") {
                            try await test.ledger(endpoint).first?["state"]?.text == "delivered"
                        }
                    }
                    _ = try await test.api.delete("/webhook-endpoints/\(endpoint.id)", token: test.token)
                }
            }
        }
    }

    @Test func `who asks for patience gets it, and who is gone is asked no more`() async throws {
        try await WebhooksUnderTest.with { test in
            test.receiver.answer { delivery in
                delivery.path == "/busy"
                    ? Response(.tooManyRequests).with(.retryAfter, "1800") : Response(.gone)
            }
            let busy = try await test.endpoint(test.receiver.url("/busy"), events: ["call.*"])
            let witness = try await test.endpoint(
                test.receiver.url("/witness"), events: ["webhook_endpoint.disabled"])
            let gone = try await test.endpoint(test.receiver.url("/gone"), events: ["call.*"])
            let event = try await test.append()[0]
            try await test.until("both answers") {
                let answers = [try await test.ledger(busy).first, try await test.ledger(gone).first]
                return answers.map { $0?["status"]?.wholeNumber } == [429, 410]
            }
            let times = try await test.api.owner.query(
                """
                SELECT extract(epoch FROM due_at - attempted_at)::float8,
                    extract(epoch FROM resting_until - attempted_at)::float8
                FROM webhook_deliveries JOIN webhook_endpoints USING (endpoint_id) WHERE url LIKE '%/busy'
                """
            ).one.decode(Double.self, Double.self)
            #expect(times.0 >= 1_790 && times.1 >= 1_790, "not before it said")
            try await test.append()
            try await test.until("another one that waits") { try await test.ledger(busy).count == 2 }
            #expect(test.receiver.deliveries(to: "/busy").count == 1)

            try await test.until("it is given up") {
                let row = try await test.api.get("/webhook-endpoints/\(gone.id)", token: test.token)
                return try row.text("disabled_reason") == "gone"
            }
            let row = try await test.api.get("/webhook-endpoints/\(gone.id)", token: test.token)
            #expect(try row.json["enabled"] == .bool(false))
            let types = try await test.api.types(of: try #require(UUID(gone.id)))
            #expect(types == ["webhook_endpoint.created", "webhook_endpoint.disabled"])
            try await test.until("the others are told") { test.receiver.deliveries(to: "/witness").count == 1 }
            let ended = try await test.ledger(gone).filter { $0["state"]?.text != "delivered" }
            #expect(ended.count == 1)
            let retried = try await test.api.post(
                "/webhook-endpoints/\(gone.id)/deliveries/\(try await Self.id(test, gone, event))/retry",
                token: test.token, "")
            #expect(try retried.status == 409 && retried.code == "endpoint_disabled")
            #expect(witness.secret != gone.secret)
        }
    }

    private static func id(
        _ test: WebhooksUnderTest, _ endpoint: WebhooksUnderTest.Endpoint, _ event: UUID
    ) async throws -> String {
        try #require(try await test.ledger(endpoint, "&event_id=\(event)").first?["id"]?.text)
    }

    @Test func `who has failed for days is given up, and begins anew when enabled again`() async throws {
        try await WebhooksUnderTest.with(answering: { _ in Response(.badGateway) }) { test in
            let endpoint = try await test.endpoint(test.receiver.url(), events: ["call.*"])
            let missed = try await test.append()[0]
            try await test.until("a failure") { try await test.ledger(endpoint).first?["status"] == .integer(502) }
            let days = WebhookPlan.failingMax
            try await test.api.owner.execute(
                """
                UPDATE webhook_endpoints SET failures = \(Int32(WebhookPlan.failuresUntilDisabled) - 1),
                    failing_since = clock_timestamp() - \(days)
                """)
            try await test.hurry()
            try await test.until("it is given up") {
                let row = try await test.api.get("/webhook-endpoints/\(endpoint.id)", token: test.token)
                return try row.text("disabled_reason") == "failing"
            }
            #expect(try await test.ledger(endpoint).first?["state"]?.text == "skipped")
            test.receiver.answer { _ in Response(.ok) }
            try await test.append()
            let enabled = try await test.api.patch(
                "/webhook-endpoints/\(endpoint.id)", token: test.token, #"{"enabled":true}"#)
            #expect(try enabled.number("failures") == 0 && enabled.json["disabled_reason"] == .null)
            let fresh = try await test.append()[0]
            try await test.until("what came then") {
                try await test.ledger(endpoint, "&state=delivered").contains {
                    $0["event_id"]?.text == fresh.description
                }
            }
            // What was owed before waits for somebody to ask.
            let retried = try await test.api.post(
                "/webhook-endpoints/\(endpoint.id)/deliveries/\(try await Self.id(test, endpoint, missed))/retry",
                token: test.token, "")
            #expect(retried.status == 202, "\(retried.raw.text)")
            try await test.until("what was missed") {
                try await test.ledger(endpoint, "&event_id=\(missed)").first?["state"]?.text == "delivered"
            }
        }
    }

    @Test func `attempts end, and a test has one`() async throws {
        try await WebhooksUnderTest.with(answering: { _ in Response(.internalServerError) }) { test in
            let endpoint = try await test.endpoint(test.receiver.url(), events: ["call.*"])
            let event = try await test.append()[0]
            try await test.until("a failure") { try await test.ledger(endpoint).first?["attempts"] == .integer(1) }
            try await test.api.owner.execute(
                "UPDATE webhook_deliveries SET attempts = \(Int32(WebhookPlan.attemptsMax) - 1)")
            try await test.hurry()
            try await test.until("the last attempt") {
                try await test.ledger(endpoint, "&event_id=\(event)").first?["state"]?.text == "failed"
            }
            let tested = try await test.api.post("/webhook-endpoints/\(endpoint.id)/test", token: test.token, "")
            #expect(tested.status == 202)
            let id = try #require(try tested.text("event_id"))
            try await test.until("what became of the test") {
                try await test.ledger(endpoint, "&event_id=\(id)").first?["state"]?.text == "failed"
            }
            // Also of one that is disabled, and to nobody else.
            _ = try await test.api.patch(
                "/webhook-endpoints/\(endpoint.id)", token: test.token, #"{"enabled":false}"#)
            test.receiver.answer { _ in Response(.ok) }
            let again = try await test.api.post("/webhook-endpoints/\(endpoint.id)/test", token: test.token, "")
            let second = try #require(try again.text("event_id"))
            try await test.until("it arrives") { test.receiver.deliveries.contains { $0.id == second } }
            try await test.append()
            #expect(try await test.ledger(endpoint, "&event_id=\(event)").first?["state"]?.text == "failed")
        }
    }
}

/// True for the first who asks.
private final class OnceOnly: Sendable {
    private let isRaised = Mutex(false)

    func raise() -> Bool {
        isRaised.withLock { isRaised in
            defer { isRaised = true }
            return !isRaised
        }
    }
}
