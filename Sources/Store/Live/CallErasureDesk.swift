import Crypto
package import Domain
import Postgres

/// Takes away what a call holds of people, for good: its key, what was remembered from it, and by `call.erased` whatever is derived
/// from its words. Every event stays in its place.
package struct CallErasureDesk: Sendable {
    package enum Refusal: Error, Hashable, Sendable {
        /// It still goes on.
        case isLive
    }

    private let database: TenantDatabase
    private let memories: MemoryDesk
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ sealing: Sealing?, _ meta: EventMeta?) {
        self.database = database
        self.meta = meta
        memories = MemoryDesk(database, sealing, meta)
    }

    /// False if there is no such call. One that was erased already stays so. `match` may refuse the version that is erased.
    package func erase(_ call: CallID, _ match: (Int32) throws -> Void) async throws -> Bool {
        guard let state = try await StreamDesk(database).state(of: call, at: .max) else { return false }
        try match(state.version)
        guard state.end != nil else { throw Refusal.isLive }
        if state.erasedAt != nil { return true }
        for (memory, customer) in try await taught(by: call) { _ = try await memories.forget(memory, of: customer) }
        let event = try NewEvent.now(.call(.callErased(CallErased(reason: .requested))), meta)
        let organization = database.organization.uuid
        try await database.transaction { transaction in
            let isErased = try await transaction.beyondTheWall { session in
                guard try await !Self.isErased(call, holding: session) else { return true }
                try await session.executeBatch(
                    Sealing.closing([call.uuid], organization) + ["DELETE FROM call_orders WHERE call_id = \(call.uuid)"])
                return false
            }
            if !isErased { try await transaction.append([event], to: call.uuid, kind: .call) }
        }
        return true
    }

    private func taught(by call: CallID) async throws -> [(MemoryID, CustomerID)] {
        try await database.query(
            """
            SELECT memory_id, customer_id FROM memories
            WHERE organization_id = \(database.organization.uuid) AND call_id = \(call.uuid)
            """
        ).map { row in
            let (memory, customer) = try row.decode(UUID.self, UUID.self)
            return (MemoryID(memory), CustomerID(customer))
        }
    }

    /// Who erases a call and who writes down what it came to come one after the other, until the transaction's end.
    static func isErased(_ call: CallID, holding session: PostgresSession) async throws -> Bool {
        try await session.query(
            "SELECT pg_advisory_xact_lock(hashtext('erased calls'), hashtext(\(call.description)))")
        return try await !session.query(
            """
            SELECT FROM events WHERE stream_id = \(call.uuid) AND type = \(EventType.callErased.rawValue) LIMIT 1
            """
        ).isEmpty
    }
}
