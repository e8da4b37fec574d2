import Domain
import Postgres
import TestKit
import Testing
import Wire

/// Whose address counts, behind a proxy that is believed and without one.
@Suite(.timeLimit(.minutes(4)), .serialized) struct TrustedProxyTests {
    private static let few = ["LEDGERLINE_RATE_WINDOW": "24h", "LEDGERLINE_RATE_WEBHOOKS": "2"]

    private static func webhook(_ api: APIUnderTest, for sender: String) async throws -> Int {
        try await api.ask("POST", "/webhooks/stripe", headers: ["X-Forwarded-For": sender], body: "{}").status
    }

    private static func addresses(_ api: APIUnderTest) async throws -> Set<String> {
        let rows = try await api.owner.query(
            """
            SELECT DISTINCT meta->>'address' FROM events WHERE meta ? 'address'
            UNION SELECT DISTINCT payload->>'address' FROM events WHERE type = \(EventType.userSignedIn.rawValue)
            """)
        return Set(try rows.map { try $0.decode(String.self) })
    }

    private static func makeKey(_ api: APIUnderTest, for sender: String) async throws {
        let token = try await api.ask(
            "POST", "/api/v1/auth/login", headers: ["X-Forwarded-For": sender],
            body: #"{"email":"\#(api.first.email(.owner))","password":"\#(APIUnderTest.password)"}"#
        ).text("access_token")
        let made = try await api.post(
            "/api-keys", token: token, #"{"name":"k","scopes":["calls:read"]}"#, headers: ["X-Forwarded-For": sender])
        #expect(made.status == 201, "\(made.raw.text)")
    }

    @Test func `who is no proxy of ours counts by the connection, whatever they write`() async throws {
        try await APIUnderTest.with(Self.few) { api in
            var found: [Int] = []
            for number in 1...4 { found.append(try await Self.webhook(api, for: "198.51.100.\(number)")) }
            #expect(found == [401, 401, 429, 429])
            try await Self.makeKey(api, for: "198.51.100.7")
            #expect(try await Self.addresses(api) == ["127.0.0.1"])
        }
    }

    @Test func `behind a proxy of ours each sender counts alone, and the log says from where`() async throws {
        let trusting = ["LEDGERLINE_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"]
        try await APIUnderTest.with(Self.few.merging(trusting) { $1 }) { api in
            for sender in ["198.51.100.1", "2001:db8::1", "192.0.2.9, 198.51.100.2, 10.0.0.3"] {
                var found: [Int] = []
                for _ in 1...3 { found.append(try await Self.webhook(api, for: sender)) }
                #expect(found == [401, 401, 429], "\(sender)")
            }
            // What stands before is only said: the same sender is refused still.
            #expect(try await Self.webhook(api, for: "192.0.2.66, 198.51.100.2, 10.0.0.3") == 429)
            try await Self.makeKey(api, for: "192.0.2.66, 2001:DB8::0007")
            #expect(try await Self.addresses(api) == ["2001:db8::7"])
        }
    }
}
