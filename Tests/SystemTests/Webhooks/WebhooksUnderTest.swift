import Crypto
import Domain
import Foundation
import HTTP
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// The API and the workers as they run, and somebody who is told of events.
struct WebhooksUnderTest {
    let api: APIUnderTest
    let workers: ProcessUnderTest
    let receiver: WebhookReceiver
    let token: String

    var loop: Loop { api.owner.loop }

    static func with(
        _ environment: [String: String] = ["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "1"],
        answering answer: @escaping WebhookReceiver.Answer = { _ in .init(.noContent) },
        _ body: @escaping @Sendable (WebhooksUnderTest) async throws -> Void
    ) async throws {
        try await WebhookReceiver.with(answering: answer) { receiver in
            try await APIUnderTest.with(environment) { api in
                let token = try await api.tokens(.developer).access
                let usual = environment.merging(["DATABASE_URL": api.url, "LEDGERLINE_SETTLED_AFTER": "1h"]) { $1 }
                try await ProcessUnderTest.with(.workers, usual, on: api.owner.loop) { workers in
                    try await workers.untilReady()
                    try await body(
                        WebhooksUnderTest(api: api, workers: workers, receiver: receiver, token: token))
                }
            }
        }
    }

    struct Endpoint {
        let id: String
        let secret: String
    }

    func endpoint(
        _ url: String, events: [String] = ["*"], token other: String? = nil
    ) async throws -> Endpoint {
        let list = events.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await api.post(
            "/webhook-endpoints", token: other ?? token, #"{"url":"\#(url)","events":[\#(list)]}"#)
        try #require(answer.status == 201, "\(answer.raw.text)")
        return Endpoint(id: try answer.id(), secret: try #require(try answer.text("secret")))
    }

    /// Events of a call of its own.
    @discardableResult
    func append(_ count: Int = 1, of tenant: APIUnderTest.Tenant? = nil) async throws -> [Crypto.UUID] {
        let log = try await EventLog.read(through: .pool(api.owner))
        let events = try (0..<count).map { _ in
            try NewEvent(
                .call(.callAnswered(CallAnswered())), id: EventID(Crypto.UUID.v7()), at: Instant(Timestamp.now))
        }
        let append = StreamAppend(
            to: Crypto.UUID.v7(), kind: .call, of: (tenant ?? api.first).organization.uuid, at: .next, events)
        _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
        return events.map(\.id)
    }

    func until(_ what: String, within patience: Duration = .seconds(60), _ holds: () async throws -> Bool) async throws
    {
        try await loop.until(what, within: patience, every: .milliseconds(20), holds)
    }

    /// The rows of an endpoint's ledger.
    func ledger(_ endpoint: Endpoint, _ query: String = "") async throws -> [JSONValue] {
        try await api.get("/webhook-endpoints/\(endpoint.id)/deliveries?limit=200\(query)", token: token).data
    }

    /// Lets whatever waits for later be due now.
    func hurry() async throws {
        for statement: SQL in [
            "UPDATE webhook_deliveries SET due_at = clock_timestamp() WHERE state = 'pending'",
            "UPDATE webhook_endpoints SET resting_until = NULL",
            """
            UPDATE jobs SET state = 'available', run_at = clock_timestamp()
            WHERE queue = 'webhooks' AND state IN ('scheduled', 'retry')
            """,
        ] { try await api.owner.execute(statement) }
    }

    /// Which of the signatures are what the specification says, reckoned by somebody else's library.
    func verified(_ delivery: WebhookReceiver.Delivery, _ secret: String) async throws -> [Bool] {
        let program = """
            import base64, hashlib, hmac, sys
            secret, id, time, body, codes = sys.argv[1:]
            key = base64.b64decode(secret.removeprefix("whsec_"))
            signed = f"{id}.{time}.".encode() + base64.b64decode(body)
            own = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            print(" ".join(str(c.split(",", 1)[0] == "v1" and hmac.compare_digest(c.split(",", 1)[1], own)) for c in codes.split()))
            """
        return try await TemporaryFolder.with { folder in
            let output = folder.path("verified")
            let words = [
                "-c", program, secret, delivery.id, delivery.timestamp, Base64.standard.encode(delivery.body.span),
                delivery.signature,
            ]
            return try await ChildProcess.with("python3", words, output: output) { process in
                let code = try await process.exit(on: loop)
                let text = try String(contentsOfFile: output, encoding: .utf8)
                try #require(code == 0, "\(text)")
                return text.split(whereSeparator: \.isWhitespace).map { $0 == "True" }
            }
        }
    }
}
