import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing

/// The second wall, tried with questions that name no organization at all.
@Suite(.timeLimit(.minutes(3)), .serialized) struct RowSecurityTests {
    private static let tables = [
        "streams", "events", "calls_v1", "turns_v1", "transcript_segments_v1", "call_counters_v1", "calls", "turns",
        "transcript_segments", "call_counters", "memberships", "organizations",
    ]

    private static func with(
        _ body: @escaping @Sendable (APIUnderTest, PostgresPool, EventLog) async throws -> Void
    ) async throws {
        try await APIUnderTest.with { api in
            let loop = api.owner.loop
            try await withPool(at: api.url, on: loop) { pool in
                try await body(api, pool, try await EventLog.read(through: .pool(pool)))
            }
        }
    }

    private static func organizations(_ table: String) throws -> SQL {
        "SELECT DISTINCT organization_id FROM \(try Identifier(table))"
    }

    @Test func `a tenant sees its own rows, whatever the question forgets, and the processes see all`() async throws {
        try await Self.with { api, pool, log in
            let database = TenantDatabase(api.first.organization, in: pool, log: log)
            for table in Self.tables {
                let question = try Self.organizations(table)
                let mine = try await database.query(question).map { try $0.decode(UUID.self) }
                #expect(mine == [api.first.organization.uuid], "\(table)")
                #expect(try await pool.query(question).count == 2, "\(table), as the processes")
            }
            let people = try await database.query("SELECT email FROM users").map { try $0.decode(String.self) }
            #expect(people.count == UserRole.allCases.count && people.allSatisfy { $0.hasSuffix("@first.example") })
        }
    }

    @Test func `what a tenant may not touch is refused`() async throws {
        try await Self.with { api, pool, log in
            let database = TenantDatabase(api.first.organization, in: pool, log: log)
            let theirs = api.second.organization.uuid
            for statement: SQL in [
                "SELECT password_hash FROM users", "SELECT * FROM refresh_tokens", "SELECT * FROM snapshots",
                "SELECT * FROM shred_keys", "SELECT * FROM webhook_inbox", "DELETE FROM calls_v1",
                "UPDATE memberships SET role = 'owner'", "INSERT INTO events DEFAULT VALUES",
                """
                INSERT INTO idempotency_keys (organization_id, key, route, expires_at, busy_until, attempt, request_sha256)
                VALUES (\(theirs), 'k', 'r', now(), now(), gen_random_uuid(), sha256(''))
                """,
            ] {
                let error = await #expect(throws: PostgresError.self) { _ = try await database.query(statement) }
                #expect(error?.sqlState == SQLState("42501"))
            }
            for statement: SQL in [
                "SET ROLE ledgerline_app", "SET LOCAL ROLE NONE", "RESET ROLE", "COMMIT", "ROLLBACK",
                "SELECT set_config('role', 'none', true)", "DO $$ BEGIN END $$",
            ] {
                let error = await #expect(throws: PostgresError.self) { _ = try await database.query(statement) }
                #expect(error?.code == .sessionChangeRefused)
            }
            let none = LocalSettings(["role": "ledgerline_tenant"])
            let seen = try await pool.query(["SELECT 1 FROM calls"], under: none)
            #expect(seen[0].count == 0, "no organization, no rows")
        }
    }

    @Test func `on shared connections nobody's role stays for the next one, even after errors`() async throws {
        try await Self.with { api, pool, log in
            let tenants = [api.first.organization, api.second.organization].map {
                TenantDatabase($0, in: pool, log: log)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<300 {
                    group.addTask(executorPreference: api.owner.loop) {
                        switch index % 4 {
                        case 0, 1:
                            let database = tenants[index % 2]
                            let seen = try await database.query("SELECT organization_id FROM calls").map {
                                try $0.decode(UUID.self)
                            }
                            #expect(seen == [database.organization.uuid])
                        case 2: #expect(try await pool.query("SELECT count(*) FROM calls").one.decode(Int.self) == 2)
                        default:
                            let error = await #expect(throws: PostgresError.self) {
                                _ = try await tenants[0].query("SELECT 1 / 0 FROM calls")
                            }
                            #expect(error?.sqlState == .divisionByZero)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(pool.statistics.connectionsLost == 0)
            let who = try await pool.query(
                "SELECT current_user = session_user, coalesce(current_organization() IS NULL, true)")
            #expect(try who.one.decode(Bool.self, Bool.self) == (true, true))
        }
    }

    @Test func `a transaction of a tenant appends to its own streams, and stays behind the wall`() async throws {
        try await Self.with { api, pool, log in
            let database = TenantDatabase(api.first.organization, in: pool, log: log)
            let event = try NewEvent(
                .call(.callAnswered(CallAnswered())), id: EventID(UUID.v7()), at: Instant(microseconds: 1))
            let seen = try await database.transaction { transaction in
                try await transaction.append([event], to: api.first.call, kind: .call)
                return try await transaction.query("SELECT count(*) FROM streams").one.decode(Int.self)
            }
            let own = try await api.owner.query(
                "SELECT count(*) FROM streams WHERE organization_id = \(api.first.organization.uuid)")
            #expect(try own.one.decode(Int.self) == seen)
            await #expect(throws: AppendError.anotherOrganization) {
                try await database.transaction { transaction in
                    try await transaction.append([event], to: api.second.call, kind: .call)
                }
            }
        }
    }

    @Test func `every table with an organization is behind the wall, or out of a tenant's reach`() async throws {
        try await Self.with { api, _, _ in
            let open = try await api.owner.query(
                """
                SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
                WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
                    AND has_any_column_privilege('ledgerline_tenant', c.oid, 'SELECT, INSERT, UPDATE')
                """
            ).map { try $0.decode(String.self) }
            #expect(open == [])
            let views = try await api.owner.query(
                """
                SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
                    AND has_table_privilege('ledgerline_tenant', oid, 'SELECT')
                    AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
                """
            ).map { try $0.decode(String.self) }
            #expect(views == [])
        }
    }
}
