import Crypto
import Domain
import Postgres
import Store
import Testing
import Wire

/// What posts to tools are signed with: made once, changed in two steps, kept at hand within its limit.
@Suite(.timeLimit(.minutes(2))) struct ToolSecretTests {
    private static let key = Base64.standard.encode(Array(repeating: UInt8(7), count: 32).span)

    private static func organizations(_ count: Int, _ pool: PostgresPool) async throws -> [OrganizationID] {
        let ids = (0..<count).map { _ in UUID.v7() }
        try await pool.execute(
            "INSERT INTO organizations (organization_id, name) SELECT id, id::text FROM unnest(\(ids)) AS id")
        return ids.map { OrganizationID($0) }
    }

    @Test func `each organization has one, sealed, and whoever asks first makes it`() async throws {
        try await AnalyticsUnderTest.with { test in
            let secrets = try EndpointSecrets(setting: Self.key)
            let ids = try await Self.organizations(2, test.pool)
            let desks = ids.map {
                ToolSecretDesk(TenantDatabase($0, in: test.pool, log: test.eventLog), secrets)
            }
            let first = try await desks[0].get()
            #expect(first.version == 1 && first.previousUntil == nil && first.all == [first.secret])
            #expect(first.text.hasPrefix("whsec_") && first.secret.count == WebhookLimits.secretBytes)
            #expect(try await desks[0].get().secret == first.secret)
            #expect(try await desks[1].get().secret != first.secret)
            let rows = try await test.pool.query("SELECT is_sealed, octet_length(secret) FROM tool_secrets").map {
                try $0.decode(Bool.self, Int32.self)
            }
            #expect(rows.count == 2 && rows.allSatisfy { $0.0 && $0.1 > Int32(WebhookLimits.secretBytes) })
            let ours = ToolSecrets(test.pool, secrets)
            #expect(try await ours.secrets(of: ids[0]) == [first.secret], "calls sign with the same")
            let blind = ToolSecrets(test.pool, try EndpointSecrets(setting: nil))
            await #expect(throws: EndpointSecretsFailure.noKey) { try await blind.secrets(of: ids[0]) }
        }
    }

    @Test func `after a change both sign for a day, and then the new one alone`() async throws {
        try await AnalyticsUnderTest.with { test in
            // Before there was a key, and since.
            let (plain, sealed) = (try EndpointSecrets(setting: nil), try EndpointSecrets(setting: Self.key))
            let id = try await Self.organizations(1, test.pool)[0]
            let database = TenantDatabase(id, in: test.pool, log: test.eventLog)
            let old = try await ToolSecretDesk(database, plain).get()
            let desk = ToolSecretDesk(database, sealed)
            struct Other: Error {}
            await #expect(throws: Other.self) { try await desk.rotate { if $0 == 1 { throw Other() } } }
            let new = try await desk.rotate { #expect($0 == 1) }
            #expect(new.version == 2 && new.secret != old.secret && new.all == [new.secret, old.secret])
            #expect(new.previousUntil.map { $0 > .now } == true)
            #expect(try await ToolSecrets(test.pool, sealed).secrets(of: id) == [new.secret, old.secret])
            try await test.pool.execute("UPDATE tool_secrets SET previous_until = now() - interval '1 second'")
            #expect(try await desk.get().all == [new.secret])
        }
    }

    @Test func `so many are kept at hand, and with one more all are read again`() async throws {
        try await AnalyticsUnderTest.with { test in
            let ours = ToolSecrets(test.pool, try EndpointSecrets(setting: nil))
            let ids = try await Self.organizations(ToolSecrets.organizationsMax + 1, test.pool)
            for id in ids.dropLast() { _ = try await ours.secrets(of: id) }
            #expect(ours.knownCount == ToolSecrets.organizationsMax)
            let first = try await ours.secrets(of: ids[0])
            _ = try await ours.secrets(of: ids[ids.count - 1])
            #expect(ours.knownCount == 1)
            #expect(try await ours.secrets(of: ids[0]) == first)
        }
    }
}
