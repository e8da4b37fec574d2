import Crypto
package import Domain
import Postgres
import Wire

/// Changes customers: what they are known by is claimed in the transaction in which the log is told.
package struct CustomerDesk: Sendable {
    /// How often it is tried to be quicker than others who change the same customer.
    package static let triesMax = 5

    private struct Moved: Error {}

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) {
        self.database = database
        self.meta = meta
    }

    package func create(_ created: CustomerCreated) async throws -> CustomerRow {
        let (customer, now) = (CustomerID(UUID.v7()), Timestamp.now)
        let handles = [
            (CustomerHandles.Kind.phone, created.phone), (.email, created.email),
        ]
        return try await database.transaction { transaction in
            for case (let kind, let handle?) in handles { try await claim(kind, handle, for: customer, transaction) }
            return try await told(
                .customerCreated(created), of: CustomerRow(customer, at: now), at: now, transaction)
        }
    }

    /// Nil if there is no such customer. Members of `changes` are those of `customer.changed`.
    package func change(
        _ customer: CustomerID, _ changes: [String: Freeform], _ match: (Int32) throws -> Void
    ) async throws -> CustomerRow? {
        let fact = CustomerEvent.customerChanged(CustomerChanged(changes: Private(.object(changes))))
        return try await changing(customer, match) { row, now, transaction in
            var after = row
            after.fold(fact, at: now)
            if after.isSame(as: row) { return row }
            for kind in [CustomerHandles.Kind.phone, .email] {
                switch changes[kind.rawValue] {
                case .string(let handle)?: try await claim(kind, Private(handle), for: customer, transaction)
                case .null?: try await release(kind, of: customer, transaction)
                default: break
                }
            }
            return try await told(fact, of: row, at: now, transaction)
        }
    }

    /// What the customer is known by goes, and so do the keys to what they said. One who was erased already stays so.
    package func erase(_ customer: CustomerID, _ match: (Int32) throws -> Void) async throws -> CustomerRow? {
        try await changing(customer, match, evenErased: true) { row, now, transaction in
            if row.erasedAt != nil { return row }
            try await transaction.hold(customer)
            try await ForgettingDesk.claimCalls(of: row, database.organization, in: transaction)
            try await release(nil, of: customer, transaction)
            try await transaction.destroyKeys(of: customer.uuid)
            return try await told(
                .customerErased(CustomerErased(reason: .requested)), of: row, at: now, transaction)
        }
    }

    // MARK: - How

    private func changing(
        _ customer: CustomerID, _ match: (Int32) throws -> Void, evenErased: Bool = false,
        _ change: (CustomerRow, Timestamp, TenantTransaction) async throws -> CustomerRow
    ) async throws -> CustomerRow? {
        for _ in 0..<Self.triesMax {
            guard let row = try await CustomerReader(database).current(customer) else { return nil }
            try match(row.version)
            if let other = row.mergedInto { throw CustomerRefusal.isMerged(into: other) }
            guard evenErased || row.erasedAt == nil else { throw CustomerRefusal.isErased }
            let now = Timestamp.now
            do {
                return try await database.transaction { try await change(row, now, $0) }
            } catch is Moved {
                continue
            }
        }
        throw CustomerRefusal.isBusy
    }

    /// The row with the event that follows on what was read; if another one was quicker, nothing of it holds.
    private func told(
        _ fact: CustomerEvent, of row: CustomerRow, at now: Timestamp, _ transaction: TenantTransaction
    ) async throws -> CustomerRow {
        var after = row
        after.fold(fact, at: now)
        (after.version, after.updatedAt) = (row.version + 1, max(row.updatedAt, now))
        let event = try await transaction.event(
            .customer(fact), id: EventID(UUID.v7()), at: Instant(now), in: row.id.uuid, meta: meta)
        let verdict = try await transaction.append(
            [event], to: row.id.uuid, kind: .customer, at: .version(after.version))
        guard case .appended = verdict else { throw Moved() }
        return after
    }

    private func claim(
        _ kind: CustomerHandles.Kind, _ handle: Private<String>, for customer: CustomerID,
        _ transaction: TenantTransaction
    ) async throws {
        let organization = database.organization.uuid
        try await transaction.query(
            """
            INSERT INTO customer_handles (organization_id, kind, handle, customer_id)
            VALUES (\(organization), \(kind.rawValue), \(handle.revealed), \(customer.uuid)) ON CONFLICT DO NOTHING
            """)
        let owner = try await transaction.query(
            """
            SELECT customer_id FROM customer_handles
            WHERE organization_id = \(organization) AND kind = \(kind.rawValue) AND handle = \(handle.revealed)
            """
        ).one.decode(UUID.self)
        guard owner == customer.uuid else { throw CustomerRefusal.isTaken(kind, by: CustomerID(owner)) }
    }

    /// Of one kind, or all.
    private func release(
        _ kind: CustomerHandles.Kind?, of customer: CustomerID, _ transaction: TenantTransaction
    ) async throws {
        let those: SQL = kind.map { "kind = \($0.rawValue)" } ?? "true"
        try await transaction.query(
            """
            DELETE FROM customer_handles
            WHERE organization_id = \(database.organization.uuid) AND customer_id = \(customer.uuid) AND \(those)
            """)
    }
}

extension CustomerRow {
    /// Whether the same is known.
    fileprivate func isSame(as other: CustomerRow) -> Bool {
        name == other.name && segment == other.segment && phones == other.phones && emails == other.emails
            && externals == other.externals && metadata == other.metadata
    }
}
