package import Crypto
import Domain
import Postgres
import Wire

/// Requests that named a key, and what was answered to them.
package struct IdempotencyStore: Sendable {
    /// For how long an answer is given again.
    package static let lifetime = Duration.seconds(86_400)
    /// After this, whoever began is taken to have died.
    package static let patience = Duration.seconds(60)

    package enum Entry: Sendable {
        /// Ours to answer; `settle` or `forget` it under this name.
        case begun(UUID)
        /// Another request with this key is being answered.
        case busy
        /// The key stood before another request.
        case another
        /// Answered: the status, and the sealed rest.
        case answered(status: Int, response: [UInt8])
    }

    private let database: TenantDatabase
    private let key: String
    private let route: String

    package init(_ database: TenantDatabase, key: String, route: String) {
        self.database = database
        self.key = key
        self.route = route
    }

    private var place: SQL {
        "organization_id = \(database.organization.uuid) AND key = \(key) AND route = \(route)"
    }

    package func begin(_ requestHash: [UInt8]) async throws -> Entry {
        let (attempt, now) = (UUID.v7(), Timestamp.now)
        let rows = try await database.query(
            """
            INSERT INTO idempotency_keys AS k
                (organization_id, key, route, expires_at, busy_until, attempt, request_sha256)
            VALUES (\(database.organization.uuid), \(key), \(route), \(now + Self.lifetime), \(now + Self.patience),
                \(attempt), \(requestHash))
            ON CONFLICT (organization_id, key, route) DO UPDATE
            SET created_at = clock_timestamp(), expires_at = excluded.expires_at, busy_until = excluded.busy_until,
                attempt = excluded.attempt, request_sha256 = excluded.request_sha256, status = NULL, response = NULL
            WHERE k.expires_at < clock_timestamp()
                OR (k.status IS NULL AND k.busy_until < clock_timestamp() AND k.request_sha256 = excluded.request_sha256)
            RETURNING attempt
            """)
        if rows.count == 1 { return .begun(attempt) }
        let found = try await database.query(
            "SELECT request_sha256, status, response FROM idempotency_keys WHERE \(place)")
        guard let row = found.first else { return .busy }
        let (hash, status, response) = try row.decode([UInt8].self, Int16?.self, [UInt8]?.self)
        guard hash == requestHash else { return .another }
        guard let status, let response else { return .busy }
        return .answered(status: Int(status), response: response)
    }

    package func settle(_ attempt: UUID, status: Int, response: [UInt8]) async throws {
        _ = try await database.query(
            """
            UPDATE idempotency_keys SET status = \(Int16(clamping: status)), response = \(response)
            WHERE \(place) AND attempt = \(attempt)
            """)
    }

    /// The request had no effect and may come again.
    package func forget(_ attempt: UUID) async throws {
        _ = try await database.query("DELETE FROM idempotency_keys WHERE \(place) AND attempt = \(attempt)")
    }
}
