import Crypto
package import Domain
package import Postgres

/// Makes the calls of a forgotten customer unreadable: their keys go, and with them every word in the log, its backups and
/// replicas; and the rows that were read with those keys lose what was said.
///
/// Whoever writes such rows holds a lock that they share, and whoever forgets holds it alone: so nothing that was read with a key is
/// written after the key is gone.
package struct ForgettingDesk: Sendable {
    private static let lock: SQL = "hashtext('calls'), hashtext('forgotten')"

    private let pool: PostgresPool

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// Before the keys are read, in a transaction that writes what they open.
    static func keepOut(in session: PostgresSession) async throws {
        try await session.query("SELECT pg_advisory_xact_lock_shared(\(lock))")
    }

    /// Answers how many calls that were. `ending` goes into the same transaction.
    package func forget(
        _ customer: CustomerID, of organization: OrganizationID,
        ending: (PostgresSession) async throws -> Void = { _ in }
    ) async throws -> Int {
        try await pool.withTransaction(retrying: .serializationFailures(attempts: 5)) { session in
            try await session.query("SELECT pg_advisory_xact_lock(\(Self.lock))")
            let people = try await Self.people(customer, organization, session)
            let calls = try await session.query(
                """
                SELECT call_id FROM learning_calls_v1
                WHERE customer_id = ANY (\(people)) AND organization_id = \(organization.uuid)
                """
            ).map { try $0.decode(UUID.self) }
            var statements = Sealing.closing(calls + people, organization.uuid)
            for version in try await Self.versions(in: session) {
                statements += Self.blank(calls, in: CallTables(version: version))
            }
            statements.append("DELETE FROM call_orders WHERE call_id = ANY (\(calls))")
            try await session.executeBatch(statements)
            try await ending(session)
            return calls.count
        }
    }

    /// Also those who turned out to be them.
    private static func people(
        _ customer: CustomerID, _ organization: OrganizationID, _ session: PostgresSession
    ) async throws -> [UUID] {
        try await session.query(
            """
            SELECT customer_id FROM learning_subjects_v1 WHERE organization_id = \(organization.uuid)
                AND (customer_id = \(customer.uuid) OR merged_into = \(customer.uuid)) AND erased_at IS NOT NULL
            """
        ).map { try $0.decode(UUID.self) }
    }

    /// The live one, and those that are built beside it or are kept for a day.
    private static func versions(in session: PostgresSession) async throws -> [Int32] {
        try await session.query(
            """
            SELECT substring(relname FROM '[0-9]+$')::int FROM pg_class
            WHERE relname ~ '^calls_v[0-9]+$' AND relkind = 'r' AND pg_table_is_visible(oid)
            """
        ).map { try $0.decode(Int32.self) }
    }

    /// As if they were built again from the log, in which a mark stands in the place of every word.
    private static func blank(_ calls: [UUID], in tables: CallTables) -> [SQL] {
        [
            tables.erasingWords(of: calls),
            """
            UPDATE \(tables.calls) SET from_number = CASE WHEN from_number IS NOT NULL THEN \(SealedPayload.mark) END,
                to_number = CASE WHEN to_number IS NOT NULL THEN \(SealedPayload.mark) END,
                summary = CASE WHEN summary IS NOT NULL THEN \(SealedPayload.mark) END, metadata = NULL
            WHERE call_id = ANY (\(calls))
            """,
        ]
    }

    /// Calls with the customer's numbers of which nobody knew with whom they were: the number was theirs before they were a customer,
    /// or could not be looked up in time.
    static func claimCalls(
        of customer: CustomerRow, _ organization: OrganizationID, in transaction: TenantTransaction
    ) async throws {
        let numbers = customer.phones.map(\.revealed)
        if numbers.isEmpty { return }
        try await transaction.beyondTheWall { session in
            try await session.executeBatch([
                """
                INSERT INTO learning_subjects_v1 (customer_id, organization_id)
                VALUES (\(customer.id.uuid), \(organization.uuid)) ON CONFLICT DO NOTHING
                """,
                """
                INSERT INTO learning_calls_v1 (call_id, organization_id, customer_id)
                SELECT call_id, organization_id, \(customer.id.uuid) FROM calls
                WHERE organization_id = \(organization.uuid) AND customer_id IS NULL
                    AND (from_number = ANY (\(numbers)) OR to_number = ANY (\(numbers)))
                ON CONFLICT DO NOTHING
                """,
            ])
        }
    }
}
