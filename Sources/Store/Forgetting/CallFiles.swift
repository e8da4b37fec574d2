import Crypto
package import Domain
package import Postgres

/// What is named by its call and kept for a while: traces on a machine's disk, and how far a call got, in Redis. It knows no customer, so
/// whoever forgets one has it removed by `ForgottenCalls`.
package protocol CallFiles: Sendable {
    func calls() async throws -> Set<CallID>
    func forget(_ calls: Set<CallID>) async throws
}

/// Which calls were erased, or were with somebody who is forgotten.
package enum ForgottenCalls {
    package static func among(_ calls: Set<CallID>, through pool: PostgresPool) async throws -> Set<CallID> {
        if calls.isEmpty { return [] }
        let rows = try await pool.query(
            """
            SELECT c.call_id FROM learning_calls_v1 AS c JOIN learning_subjects_v1 AS s USING (customer_id)
            WHERE c.call_id = ANY (\(calls.map(\.uuid))) AND s.erased_at IS NOT NULL
            UNION SELECT call_id FROM calls WHERE call_id = ANY (\(calls.map(\.uuid))) AND folding ? 'erased'
            """)
        return Set(try rows.map { CallID(try $0.decode(UUID.self)) })
    }
}
