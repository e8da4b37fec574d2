import Crypto
import Glibc
import Loop
import Postgres
import Store
import TestKit
import Testing

/// Leftovers of the API go when nobody can use them any more.
@Suite(.timeLimit(.minutes(3)), .serialized) struct IdentityPurgeTests {
    private static let organization = ConsoleUnderTest.organization

    /// Old and young of both kinds: `count` of what may go.
    private static func fill(_ test: ConsoleUnderTest, _ count: Int) async throws {
        let user = UUID(value: 0xB1)
        try await test.pool.execute(
            "INSERT INTO organizations (organization_id, name) VALUES (\(organization), 'one')")
        try await test.pool.execute(
            """
            INSERT INTO users (user_id, organization_id, email, password_hash)
            VALUES (\(user), \(organization), 'a@b.example', '$argon2id$x')
            """)
        try await test.pool.execute(
            """
            INSERT INTO idempotency_keys (organization_id, key, route, expires_at, busy_until, attempt, request_sha256)
            SELECT \(organization), 'k' || i, 'r',
                clock_timestamp() + CASE WHEN i <= \(count) THEN -interval '1 s' ELSE interval '1 hour' END,
                clock_timestamp(), gen_random_uuid(), sha256('') FROM generate_series(1, \(count) + 1) AS i
            """)
        // The last two: one that is good, and one that is over in a family that is not.
        try await test.pool.execute(
            """
            INSERT INTO refresh_tokens (token_hash, family_id, user_id, organization_id, expires_at, family_expires_at)
            SELECT sha256(i::text::bytea), gen_random_uuid(), \(user), \(organization),
                clock_timestamp() + CASE WHEN i <= \(count) + 1 THEN -interval '1 s' ELSE interval '1 hour' END,
                clock_timestamp() + CASE WHEN i <= \(count) THEN -interval '1 s' ELSE interval '1 hour' END
            FROM generate_series(1, \(count) + 2) AS i
            """)
    }

    private static func left(_ test: ConsoleUnderTest) async throws -> [Int] {
        [
            try await test.count("SELECT count(*) FROM idempotency_keys"),
            try await test.count("SELECT count(*) FROM refresh_tokens"),
        ]
    }

    @Test func `what is over goes, batch by batch, and what shows a theft stays as long as its family`() async throws {
        try await ConsoleUnderTest.with { test in
            try await Self.fill(test, 7)
            var looks = 0
            let first = try await IdentityPurge.run(through: test.pool, batch: 3) {
                looks += 1
                return looks > 1
            }
            #expect(first.answers == 3 && first.tokens == 3, "one batch of each, and then it was over")
            let rest = try await IdentityPurge.run(through: test.pool, batch: 3)
            #expect(rest.answers == 4 && rest.tokens == 4)
            #expect(try await Self.left(test) == [1, 2])
            let none = try await IdentityPurge.run(through: test.pool)
            #expect(none.answers == 0 && none.tokens == 0)
        }
    }

    @Test func `the workers' process does it when it falls due`() async throws {
        try await ConsoleUnderTest.with { test in
            try await Self.fill(test, 2)
            // It was due before, so that the hour that has begun is not the first.
            try await test.pool.execute(
                """
                INSERT INTO periodic_runs (name, due_at)
                VALUES ('purge_identity', date_trunc('hour', clock_timestamp()) - interval '1 hour')
                """)
            try await ProcessUnderTest.with(.workers, ["DATABASE_URL": test.url], on: test.loop) { process in
                try await process.untilReady()
                try await test.loop.until("they are gone", within: .seconds(60), every: .milliseconds(50)) {
                    try await Self.left(test) == [1, 2]
                }
            }
        }
    }
}
