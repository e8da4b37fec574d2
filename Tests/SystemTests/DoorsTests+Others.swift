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

    func stripeHeaders(_ body: [UInt8], at time: Timestamp = .now, by secret: String = stripeSecret) -> Headers {
        let seconds = "\(time.microseconds / 1_000_000)"
        let code = HMACSHA256.code(for: (Array("\(seconds).".utf8) + body).span, key: Secret(text: secret))
        return Headers(["Stripe-Signature": "t=\(seconds),v1=\(Hex.encode(code.span))"])
    }

    func hubSpot(_ body: [UInt8], at time: Timestamp = .now) async throws -> Answer {
        try await post("/webhooks/hubspot", hubSpotHeaders(body, at: time), body)
    }

    func hubSpotHeaders(_ body: [UInt8], at time: Timestamp = .now, by secret: String = hubSpotSecret) -> Headers {
        let message = Array("POST\(Self.publicURL)/webhooks/hubspot".utf8) + body + Array("\(time.milliseconds)".utf8)
        let code = HMACSHA256.code(for: message.span, key: Secret(text: secret))
        return Headers([
            "X-HubSpot-Signature-v3": Base64.standard.encode(code.span),
            "X-HubSpot-Request-Timestamp": "\(time.milliseconds)",
        ])
    }
}

/// The doors for money and for contacts.
@Suite(.timeLimit(.minutes(5)), .serialized) struct OtherDoorsTests {
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

    @Test func `contacts that HubSpot makes one are one customer, and who wants to be forgotten is`() async throws {
        try await DoorsUnderTest.with { doors in
            try await doors.test.pool.execute(
                """
                INSERT INTO linked_accounts (provider, account, organization_id)
                VALUES ('hubspot', '7', \(DoorsUnderTest.organization))
                """)
            func tell(_ contact: Int, _ type: String, _ number: Int, _ more: String = "") async throws -> String? {
                try await doors.hubSpot(
                    Array(
                        #"[{"eventId":\#(number),"portalId":7,"objectId":\#(contact),"occurredAt":\#(1_765_043_528_476 + number),"subscriptionType":"contact.\#(type)"\#(more)}]"#
                            .utf8)
                ).verdict
            }
            func handles() async throws -> Int {
                try await doors.count("SELECT count(*) FROM customer_handles")
            }
            let email = #","propertyName":"email","propertyValue""#
            #expect(try await tell(1, "creation", 1) == "applied")
            #expect(try await tell(2, "creation", 2) == "applied")
            let merge = #","primaryObjectId":1,"mergedObjectIds":[2,3]"#
            #expect(try await tell(1, "merge", 3, merge) == "applied")
            #expect(try await tell(1, "merge", 3, merge) == "duplicate")
            #expect(try await tell(1, "merge", 4, merge) == "acknowledged", "they are one already")
            #expect(try await tell(3, "creation", 5) == "applied")
            #expect(try await doors.count("SELECT count(DISTINCT customer_id) FROM customer_handles") == 1)
            #expect(try await handles() == 3)

            #expect(try await tell(3, "propertyChange", 6, "\(email):\"ana@example.com\"") == "applied")
            #expect(try await handles() == 4)
            // Taken away, it is free for somebody else.
            #expect(try await tell(3, "propertyChange", 7, "\(email):\"\"") == "applied")
            #expect(try await handles() == 3)

            #expect(try await tell(2, "privacyDeletion", 8) == "applied")
            #expect(try await handles() == 0)
            #expect(try await tell(2, "privacyDeletion", 8) == "duplicate")
            #expect(try await tell(2, "deletion", 9) == "acknowledged")
            #expect(try await tell(9, "privacyDeletion", 10) == "acknowledged")
            #expect(try await handles() == 0)
            let streams = try await doors.calls()
            #expect(
                Set(streams.values.map { $0.map(\.type) }) == [
                    [
                        "customer.created", "customer.merged", "customer.created", "customer.changed",
                        "customer.changed", "customer.erased",
                    ], ["customer.created"],
                ])
        }
    }

    @Test func `keys that are pressed are sealed with the call's, which is asked for once`() async throws {
        let house = [UInt8](repeating: 7, count: 32)
        try await DoorsUnderTest.with(["LEDGERLINE_SEALING_KEY": Base64.standard.encode(house.span)]) { doors in
            let leg = TelnyxLeg(control: "v3:sealed")
            for webhook in leg.all[..<4] { #expect(try await doors.telnyx(webhook).verdict == "applied") }
            try await doors.test.pool.withTransaction { session in
                // Whoever asks for a key waits for us.
                try await session.query("LOCK TABLE shred_keys IN ACCESS EXCLUSIVE MODE")
                #expect(try await doors.telnyx(leg.all[4]).verdict == "applied")
            }
            let pressed = try await doors.calls().values.joined().filter { $0.type == "dtmf.received" }
            #expect(pressed.count == 2 && Set(pressed.map(\.keyID)).count == 1 && pressed.first?.keyID != nil)
            for webhook in [leg.core[5]] + leg.line(0) + leg.line(3) {
                #expect(try await doors.telnyx(webhook).verdict == "applied")
            }
            let types = ["gather.ended", "playback.started", "playback.ended", "call.transcribed"]
            let words = try await doors.calls().values.joined().filter { types.contains($0.type) }
            #expect(words.count == types.count && Set(words.map(\.keyID)) == Set(pressed.map(\.keyID)))
            #expect(!words.contains { String(decoding: $0.payload, as: UTF8.self).contains("hello") })
            #expect(try await doors.count("SELECT count(*) FROM shred_keys") == 1)
            #expect(!doors.process.process.output.contains("hello"))
        }
    }
}
