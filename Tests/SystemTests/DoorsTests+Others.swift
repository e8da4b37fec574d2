import Crypto
import HTTP
import Postgres
import Providers
import Store
import TestKit
import Testing
import Wire

extension DoorsUnderTest {
    func stripe(_ body: [UInt8], at time: Timestamp = .now) async throws -> Answer {
        try await post("/webhooks/stripe", stripeHeaders(body, at: time), body)
    }

    func stripeHeaders(_ body: [UInt8], at time: Timestamp = .now) -> Headers {
        let seconds = "\(time.microseconds / 1_000_000)"
        let code = HMACSHA256.code(for: (Array("\(seconds).".utf8) + body).span, key: Secret(text: Self.stripeSecret))
        return Headers(["Stripe-Signature": "t=\(seconds),v1=\(Hex.encode(code.span))"])
    }

    func hubSpot(_ body: [UInt8], at time: Timestamp = .now) async throws -> Answer {
        try await post("/webhooks/hubspot", hubSpotHeaders(body, at: time), body)
    }

    func hubSpotHeaders(_ body: [UInt8], at time: Timestamp = .now) -> Headers {
        let message = Array("POST\(Self.publicURL)/webhooks/hubspot".utf8) + body + Array("\(time.milliseconds)".utf8)
        let code = HMACSHA256.code(for: message.span, key: Secret(text: Self.hubSpotSecret))
        return Headers([
            "X-HubSpot-Signature-v3": Base64.standard.encode(code.span),
            "X-HubSpot-Request-Timestamp": "\(time.milliseconds)",
        ])
    }
}

/// What holds for all doors, and those for money and for contacts.
@Suite(.timeLimit(.minutes(5)), .serialized) struct OtherDoorsTests {
    /// One webhook for each door, that says nothing of anybody: its address, its body, and how it is signed.
    private static let doors:
        [(path: String, body: String, headers: @Sendable (DoorsUnderTest, [UInt8], Timestamp) -> Headers)] = [
            (
                "/webhooks/telnyx/call",
                #"{"data":{"id":"1","event_type":"call.new","occurred_at":"2026-11-21T10:00:00Z","payload":{}}}"#,
                { $0.telnyxHeaders($1, at: $2) }
            ),
            (
                "/webhooks/twilio/status", "CallSid=CA1",
                { doors, _, _ in doors.twilioHeaders("/webhooks/twilio/status", ["CallSid": "CA1"]) }
            ),
            (
                "/webhooks/stripe", #"{"id":"evt","type":"x","created":1,"data":{"object":{}}}"#,
                { $0.stripeHeaders($1, at: $2) }
            ),
            (
                "/webhooks/hubspot",
                #"[{"eventId":1,"portalId":1,"objectId":1,"occurredAt":1,"subscriptionType":"company.creation"}]"#,
                { $0.hubSpotHeaders($1, at: $2) }
            ),
        ]

    @Test func `every door opens to the right signature alone, and refuses all others alike`() async throws {
        try await DoorsUnderTest.with { doors in
            for (path, text, headers) in Self.doors {
                let body = Array(text.utf8)
                let right = headers(doors, body, .now)
                var changed = body
                changed[body.count - 2] ^= 1
                let tooLong = [UInt8](repeating: 0x20, count: 256 * 1024 + 1)
                var refused = [
                    try await doors.post(path, Headers(), body),
                    try await doors.post(path, right, changed),
                    try await doors.post(path, right, body + body),
                ]
                if !path.contains("twilio") {
                    let now = Timestamp.now
                    refused.append(try await doors.post(path, headers(doors, body, now - .seconds(400)), body))
                    refused.append(try await doors.post(path, headers(doors, body, now + .seconds(400)), body))
                }
                #expect(Set(refused.map(\.status)) == [401], "\(path)")
                #expect(Set(refused.map(\.code)) == ["invalid_signature"], "\(path)")
                let long = try await doors.post(path, headers(doors, tooLong, .now), tooLong)
                #expect(long.status == 413 && long.code == "body_too_large", "\(path)")
                #expect(try await doors.count("SELECT count(*) FROM webhook_inbox") == 0, "\(path)")

                #expect(try await doors.post(path, right, body).status == 200, "\(path)")
                let again = try await doors.post(path, right, body)
                #expect(again.status == 200 && again.verdict == "duplicate", "\(path)")
                #expect(try await doors.count("SELECT count(*) FROM webhook_inbox") == 1, "\(path)")
                try await doors.test.pool.execute("DELETE FROM webhook_inbox")
                #expect(try await doors.process.get(path).status == 405)
            }
            #expect(try await doors.count("SELECT count(*) FROM events") == 0)
        }
    }

    @Test func `what an organization pays is one stream of the log`() async throws {
        try await DoorsUnderTest.with { doors in
            func event(_ id: String, _ customer: String) -> [UInt8] {
                Array(
                    """
                    {"id":"\(id)","type":"invoice.paid","created":1795000000,"data":{"object":{"id":"in_\(id)",
                    "customer":"\(customer)","amount_paid":4900,"currency":"eur"}}}
                    """.utf8)
            }
            try await doors.test.pool.execute(
                """
                INSERT INTO linked_accounts (provider, account, organization_id)
                VALUES ('stripe', 'cus_1', \(DoorsUnderTest.organization))
                """)
            #expect(try await doors.stripe(event("evt_1", "cus_1")).verdict == "applied")
            #expect(try await doors.stripe(event("evt_2", "cus_1")).verdict == "applied")
            #expect(try await doors.stripe(event("evt_1", "cus_1")).verdict == "duplicate")
            #expect(try await doors.stripe(event("evt_3", "cus_2")).verdict == "unknown_subject")
            let streams = try await doors.calls()
            #expect(streams.count == 1)
            #expect(streams.values.first?.map(\.type) == ["billing.payment_received", "billing.payment_received"])
            #expect(streams.values.first?.first?.organization == DoorsUnderTest.organization)
        }
    }

    @Test func `contacts become customers, and who shares an address is one`() async throws {
        try await DoorsUnderTest.with { doors in
            func event(_ contact: Int, _ type: String, _ number: Int, _ property: String = "", portal: Int = 7)
                -> String
            {
                #"{"eventId":\#(number),"portalId":\#(portal),"objectId":\#(contact),"occurredAt":\#(1_765_043_528_476 + number),"subscriptionType":"contact.\#(type)"\#(property)}"#
            }
            func email(_ text: String) -> String { #","propertyName":"email","propertyValue":"\#(text)""# }
            func batch(_ events: String...) -> [UInt8] { Array("[\(events.joined(separator: ","))]".utf8) }
            try await doors.test.pool.execute(
                """
                INSERT INTO linked_accounts (provider, account, organization_id)
                VALUES ('hubspot', '7', \(DoorsUnderTest.organization))
                """)
            let first = batch(
                event(1, "creation", 1), event(1, "propertyChange", 2, email("ana@example.com")),
                event(2, "creation", 3))
            #expect(try await doors.hubSpot(first).status == 200)
            #expect(try await doors.hubSpot(first).verdict == "duplicate")
            #expect(
                try await doors.hubSpot(batch(event(2, "propertyChange", 4, email("Ana@Example.com")))).verdict
                    == "applied")
            #expect(
                try await doors.hubSpot(
                    batch(event(2, "propertyChange", 5, #","propertyName":"firstname","propertyValue":"Ana""#))
                ).verdict == "applied")
            #expect(try await doors.hubSpot(batch(event(3, "creation", 6, portal: 8))).verdict == "unknown_subject")
            let streams = try await doors.calls()
            #expect(
                Set(streams.values.map { $0.map(\.type) }) == [
                    ["customer.created", "customer.changed", "customer.merged", "customer.changed"],
                    ["customer.created"],
                ])
            #expect(try await doors.count("SELECT count(DISTINCT customer_id) FROM customer_handles") == 1)
            #expect(try await doors.count("SELECT count(*) FROM customer_handles") == 3)
            #expect(!doors.process.process.output.contains("example.com\""))
        }
    }
}
