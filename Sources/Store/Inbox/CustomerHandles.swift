package import Crypto
package import Postgres

/// By what customers are known: of two who claim the same handle, the second one learns who has it.
package struct CustomerHandles: Sendable {
    package enum Kind: String, Sendable {
        case phone, email, hubspot
    }

    package let organization: UUID

    package init(of organization: UUID) { self.organization = organization }

    /// Who has the handle; `customer` if nobody had it.
    package func claim(
        _ kind: Kind, _ handle: String, for customer: UUID, in session: PostgresSession
    ) async throws -> UUID {
        let rows = try await session.executeBatch([
            """
            INSERT INTO customer_handles (organization_id, kind, handle, customer_id)
            VALUES (\(organization), \(kind.rawValue), \(handle), \(customer)) ON CONFLICT DO NOTHING
            """,
            """
            SELECT customer_id FROM customer_handles
            WHERE organization_id = \(organization) AND kind = \(kind.rawValue) AND handle = \(handle)
            """,
        ])
        return try rows[1].one.decode(UUID.self)
    }

    /// Nil if nobody has it.
    package func owner(of handle: String, _ kind: Kind, in session: PostgresSession) async throws -> UUID? {
        try await session.query(
            """
            SELECT customer_id FROM customer_handles
            WHERE organization_id = \(organization) AND kind = \(kind.rawValue) AND handle = \(handle)
            """
        ).first?.decode(UUID.self)
    }

    /// Whoever is given one of them later is somebody else.
    package func release(_ kind: Kind, of customer: UUID, in session: PostgresSession) async throws {
        try await session.query(
            """
            DELETE FROM customer_handles
            WHERE organization_id = \(organization) AND kind = \(kind.rawValue) AND customer_id = \(customer)
            """)
    }

    /// All that `customer` is known by is the other one's from now on.
    package func hand(over customer: UUID, to other: UUID, in session: PostgresSession) async throws {
        try await session.query(
            """
            UPDATE customer_handles SET customer_id = \(other)
            WHERE organization_id = \(organization) AND customer_id = \(customer)
            """)
    }
}
