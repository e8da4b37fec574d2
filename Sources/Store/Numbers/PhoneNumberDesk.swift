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
    /// Of what people said about it.
    package let version: Int32
}

/// What is to be another about a number; nil leaves it as it is.
package struct PhoneNumberChange: Sendable {
    package var agent: AgentID?
    package var agentVersion: Int32??
    package var connection: String??

    package init(agent: AgentID?, agentVersion: Int32??, connection: String??) {
        self.agent = agent
        self.agentVersion = agentVersion
        self.connection = connection
    }
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
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    private static let columns: SQL =
        "phone_number_id, number, agent_id, agent_version, carrier, connection, created_at, version"

    private static func row(_ row: PostgresRow) throws -> PhoneNumberRow {
        var reader = RowReader(row)
        return PhoneNumberRow(
            id: try reader.id(PhoneNumberID.self), number: Private(try reader.next()),
            agent: (try reader.next() as UUID?).map { AgentID($0) }, agentVersion: try reader.next(),
            carrier: try reader.next(), connection: try reader.next(), createdAt: try reader.next(),
            version: try reader.next())
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

    package func get(_ id: PhoneNumberID) async throws -> PhoneNumberRow? {
        try await database.query("SELECT \(Self.columns) FROM phone_numbers WHERE \(own(id))").first.map(Self.row)
    }

    private func own(_ id: PhoneNumberID) -> SQL {
        "phone_number_id = \(id.uuid) AND organization_id = \(database.organization.uuid)"
    }

    package func create(
        _ number: Private<String>, agent: AgentID, version: Int32?, carrier: String, connection: String?
    ) async throws -> PhoneNumberRow {
        let told = PhoneNumberCreated(
            number: number, carrier: carrier, agent: agent, agentVersion: version.map { Int($0) })
        return try await database.transaction { transaction in
            try await hold(agent, version, transaction)
            let rows = try await transaction.query(
                """
                INSERT INTO phone_numbers
                    (phone_number_id, number, organization_id, agent_id, agent_version, carrier, connection)
                VALUES (\(UUID.v7()), \(number.revealed), \(database.organization.uuid), \(agent.uuid), \(version),
                    \(carrier), \(connection))
                ON CONFLICT (number) DO NOTHING RETURNING \(Self.columns)
                """)
            guard let row = try rows.first.map(Self.row) else { throw PhoneNumberRefusal.isTaken }
            try await tell(.phoneNumberCreated(told), of: row.id, transaction)
            return row
        }
    }

    /// Nil if there is no such number. Another agent's versions are its own: without a word about them it is whatever is live.
    package func change(
        _ id: PhoneNumberID, _ change: PhoneNumberChange, _ match: (Int32) throws -> Void
    ) async throws -> PhoneNumberRow? {
        try await changing(id, match) { row, transaction in
            guard let agent = change.agent ?? row.agent else { throw PhoneNumberRefusal.noSuchAgent }
            let version = change.agentVersion ?? (agent == row.agent ? row.agentVersion : nil)
            let connection = change.connection ?? row.connection
            if agent == row.agent, version == row.agentVersion, connection == row.connection { return row }
            try await hold(agent, version, transaction)
            let after = try Self.row(
                try await transaction.query(
                    """
                    UPDATE phone_numbers SET agent_id = \(agent.uuid), agent_version = \(version),
                        connection = \(connection), version = version + 1
                    WHERE \(own(id)) RETURNING \(Self.columns)
                    """
                ).one)
            let told = PhoneNumberChanged(agent: agent, agentVersion: version.map { Int($0) })
            try await tell(.phoneNumberChanged(told), of: id, transaction)
            return after
        }
    }

    /// Answers whether there was such a number.
    package func delete(_ id: PhoneNumberID, _ match: (Int32) throws -> Void) async throws -> Bool {
        let row = try await changing(id, match) { row, transaction in
            try await transaction.query("DELETE FROM phone_numbers WHERE \(own(id))")
            try await tell(.phoneNumberDeleted(PhoneNumberDeleted()), of: id, transaction)
            return row
        }
        return row != nil
    }

    // MARK: - How

    /// The agent stays what it is until the number is its: nobody archives it in between.
    private func hold(_ agent: AgentID, _ version: Int32?, _ transaction: TenantTransaction) async throws {
        let agents = try await transaction.query(
            """
            SELECT \(version)::int IS NULL OR EXISTS (
                SELECT FROM agent_versions v WHERE v.agent_id = a.agent_id AND v.agent_version = \(version))
            FROM agents a WHERE a.agent_id = \(agent.uuid) AND a.organization_id = \(database.organization.uuid)
                AND a.status = 'active' FOR SHARE
            """)
        guard let found = agents.first else { throw PhoneNumberRefusal.noSuchAgent }
        guard try found.decode(Bool.self) else { throw PhoneNumberRefusal.noSuchVersion }
    }

    private func changing(
        _ id: PhoneNumberID, _ match: (Int32) throws -> Void,
        _ change: (PhoneNumberRow, TenantTransaction) async throws -> PhoneNumberRow
    ) async throws -> PhoneNumberRow? {
        try await database.transaction { transaction in
            let rows = try await transaction.query(
                "SELECT \(Self.columns) FROM phone_numbers WHERE \(own(id)) FOR UPDATE")
            guard let row = try rows.first.map(Self.row) else { return nil }
            try match(row.version)
            return try await change(row, transaction)
        }
    }

    private func tell(
        _ fact: PhoneNumberEvent, of number: PhoneNumberID, _ transaction: TenantTransaction
    ) async throws {
        try await transaction.append([.now(.phoneNumber(fact), meta)], to: number.uuid, kind: .phoneNumber)
    }
}
