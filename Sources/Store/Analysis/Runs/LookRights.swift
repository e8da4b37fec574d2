import Domain
import Postgres

/// Whether somebody may still say what a call came to.
enum LookRights {
    /// False if its customer was forgotten, or the call erased. Until the transaction's end neither happens.
    static func hold(_ call: CallID, _ customer: CustomerID?, in session: PostgresSession) async throws -> Bool {
        if let customer {
            try await session.query(
                "SELECT pg_advisory_xact_lock(hashtext('customers'), hashtext(\(customer.description)))")
            let erased = try await session.query(
                """
                SELECT FROM events WHERE stream_id = \(customer.uuid) AND type = \(EventType.customerErased.rawValue) LIMIT 1
                """)
            if !erased.isEmpty { return false }
        }
        return try await !CallErasureDesk.isErased(call, holding: session)
    }
}
