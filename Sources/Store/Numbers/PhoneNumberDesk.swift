import Crypto
package import Domain
import Postgres
package import Wire

package enum PhoneNumber {}
/// What a number is called where it may not be told itself.
package typealias PhoneNumberID = ID<PhoneNumber>

/// A number that people call us at, and who answers there.
package struct PhoneNumberRow: Sendable {
    package let id: PhoneNumberID
    package let number: Private<String>
    package let agent: AgentID?
    /// Nil: whatever is live.
    package let agentVersion: Int32?
    package let carrier: String
    package let connection: String?
    package let createdAt: Timestamp
}

/// Why a number is not taken.
package enum PhoneNumberRefusal: Error, Hashable, Sendable {
    /// By somebody, whoever that is.
    case isTaken
    /// There is none, or none that was published and takes calls.
    case noSuchAgent
    case noSuchVersion
}

/// One organization's numbers.
package struct PhoneNumberDesk: Sendable {
    package static let fields: [ListField] = [
        ListField("agent_id", "agent_id", .id), ListField("number", "ARRAY[number]", .member),
    ]

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    private static let columns: SQL =
        "phone_number_id, number, agent_id, agent_version, carrier, connection, created_at"

    private static func row(_ row: PostgresRow) throws -> PhoneNumberRow {
        let (id, number, agent, version, carrier, connection, created) = try row.decode(
            UUID.self, String.self, UUID?.self, Int32?.self, String.self, String?.self, Timestamp.self)
        return PhoneNumberRow(
            id: PhoneNumberID(id), number: Private(number), agent: agent.map { AgentID($0) }, agentVersion: version,
            carrier: carrier, connection: connection, createdAt: created)
    }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        _ filters: [ListFilter], after place: (Timestamp, PhoneNumberID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [PhoneNumberRow], total: Int?) {
        let wanted: SQL = "organization_id = \(database.organization.uuid) AND \(ListFilter.all(filters))"
        let behind: SQL = place.map { "(created_at, phone_number_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(Self.columns) FROM phone_numbers WHERE \(wanted) AND \(behind)
            ORDER BY created_at DESC, phone_number_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM phone_numbers WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map(Self.row), countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    package func create(
        _ number: Private<String>, agent: AgentID, version: Int32?, carrier: String, connection: String?
    ) async throws -> PhoneNumberRow {
        let organization = database.organization.uuid
        return try await database.transaction { transaction in
            // Held until the number is there: nobody archives the agent in between.
            let agents = try await transaction.query(
                """
                SELECT \(version)::int IS NULL OR EXISTS (
                    SELECT FROM agent_versions v WHERE v.agent_id = a.agent_id AND v.agent_version = \(version))
                FROM agents a WHERE a.agent_id = \(agent.uuid) AND a.organization_id = \(organization)
                    AND a.status = 'active' FOR SHARE
                """)
            guard let found = agents.first else { throw PhoneNumberRefusal.noSuchAgent }
            guard try found.decode(Bool.self) else { throw PhoneNumberRefusal.noSuchVersion }
            let rows = try await transaction.query(
                """
                INSERT INTO phone_numbers
                    (phone_number_id, number, organization_id, agent_id, agent_version, carrier, connection)
                VALUES (\(UUID.v7()), \(number.revealed), \(organization), \(agent.uuid), \(version), \(carrier),
                    \(connection))
                ON CONFLICT (number) DO NOTHING RETURNING \(Self.columns)
                """)
            guard let row = rows.first else { throw PhoneNumberRefusal.isTaken }
            return try Self.row(row)
        }
    }

    /// Answers whether there was such a number.
    package func delete(_ id: PhoneNumberID) async throws -> Bool {
        try await database.query(
            """
            DELETE FROM phone_numbers
            WHERE phone_number_id = \(id.uuid) AND organization_id = \(database.organization.uuid)
            """
        ).affected > 0
    }
}
