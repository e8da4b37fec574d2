import Crypto
package import Domain
import Postgres
import Wire

/// Remembers and forgets, for people who do so by hand.
package struct MemoryDesk: Sendable {
    package static let contentLength = 1...4_000

    private let database: TenantDatabase
    private let sealing: Sealing?
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ sealing: Sealing?, _ meta: EventMeta?) {
        self.database = database
        self.sealing = sealing
        self.meta = meta
    }

    /// With the version of the stream of memories. Nil if there is no such customer.
    package func remember(
        _ content: Private<String>, _ kind: MemoryKind, relevance: Fraction?, of customer: CustomerID
    ) async throws -> (row: MemoryRow, version: Int32)? {
        let now = Timestamp.now
        let memory = MemoryRemembered(
            memory: MemoryID(UUID.v7()), kind: kind, content: content, relevance: relevance)
        let stream = MemoryStream.id(of: customer.uuid)
        let version: Int32? = try await database.transaction { transaction in
            // Who is forgotten meanwhile waits for us, and takes this along.
            try await transaction.hold(customer)
            guard try await isThere(customer) else { return nil }
            let event = try await event(.memoryRemembered(memory), of: customer, in: stream, at: now, transaction)
            let verdict = try await transaction.append([event], to: stream, kind: .memory)
            return verdict.receipt?.versions.upperBound
        }
        return version.map { (MemoryRow(memory, of: customer, at: now), $0) }
    }

    /// Answers whether the customer has such a memory. The log says so, which the rows may be behind.
    package func forget(_ memory: MemoryID, of customer: CustomerID) async throws -> Bool {
        let owners = [customer] + (try await merged(into: customer))
        for owner in owners {
            let stream = MemoryStream.id(of: owner.uuid)
            guard try await remembers(memory, stream) else { continue }
            let forgotten = MemoryForgotten(memory: memory, reason: .requested)
            let event = try NewEvent(
                .memory(.memoryForgotten(forgotten)), id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: meta)
            _ = try await database.transaction { try await $0.append([event], to: stream, kind: .memory) }
            return true
        }
        return false
    }

    private func isThere(_ customer: CustomerID) async throws -> Bool {
        guard let row = try await CustomerReader(database).current(customer) else { return false }
        if let other = row.mergedInto { throw CustomerRefusal.isMerged(into: other) }
        guard row.erasedAt == nil else { throw CustomerRefusal.isErased }
        return true
    }

    private func event(
        _ fact: MemoryEvent, of customer: CustomerID, in stream: UUID, at now: Timestamp,
        _ transaction: TenantTransaction
    ) async throws -> NewEvent {
        let id = EventID(UUID.v7())
        guard let sealing else { return try NewEvent(.memory(fact), id: id, at: Instant(now), meta: meta) }
        let key = try await transaction.key(of: customer.uuid, through: sealing)
        return try NewEvent(.memory(fact), id: id, at: Instant(now), in: stream, sealedWith: key, meta: meta)
    }

    private func merged(into customer: CustomerID) async throws -> [CustomerID] {
        try await database.query(
            """
            SELECT customer_id FROM memory_owners_v1
            WHERE merged_into = \(customer.uuid) AND organization_id = \(database.organization.uuid)
            """
        ).map { CustomerID(try $0.decode(UUID.self)) }
    }

    private func remembers(_ memory: MemoryID, _ stream: UUID) async throws -> Bool {
        let streams = StreamDesk(database)
        var (isThere, version) = (false, Int32(0))
        while true {
            let events = try await streams.events(of: stream, after: version, limit: EventLog.pageMax)
            guard let last = events.last else { return isThere }
            for event in events {
                switch try event.decoded() {
                case .fact(.memory(.memoryRemembered(let fact))) where fact.memory == memory: isThere = true
                case .fact(.memory(.memoryForgotten(let fact))) where fact.memory == memory: isThere = false
                default: continue
                }
            }
            version = last.version
        }
    }
}
