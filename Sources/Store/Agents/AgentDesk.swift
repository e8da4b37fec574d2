import Crypto
package import Domain
import Postgres
import Wire

/// Changes agents. A row and the event that tells of it are written together, so that whoever reads the row has read the event.
package struct AgentDesk: Sendable {
    /// Refuses a version that the sender did not mean.
    package typealias Match = (Int32) throws -> Void

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) {
        self.database = database
        self.meta = meta
    }

    package func create(named name: String, _ settings: Freeform) async throws -> AgentRow {
        let agent = AgentID(UUID.v7())
        let event = try event(.agentCreated(AgentCreated(name: name, settings: settings)))
        return try await database.transaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO agents (agent_id, organization_id, version, name, settings)
                VALUES (\(agent.uuid), \(database.organization.uuid), 1, \(name), \(Self.json(settings)))
                RETURNING \(AgentReader.columns)
                """)
            return try await told(event, AgentReader.row(try rows.one), transaction)
        }
    }

    /// Members of `settings` take the place of those of the same name. What changes nothing is no event.
    package func change(
        _ agent: AgentID, name: String?, _ settings: [String: Freeform], _ match: Match
    ) async throws -> AgentRow? {
        try await changing(agent, match) { row, transaction in
            guard case .object(let before) = row.settings else { throw ReadModelIsForeign(what: "settings") }
            let after = before.merging(settings) { $1 }
            let newName = name == row.name ? nil : name
            if after == before, newName == nil { return row }
            let changed = AgentChanged(name: newName, settings: after == before ? nil : .object(settings))
            let set: SQL = "name = \(newName ?? row.name), settings = \(Self.json(.object(after)))"
            return try await told(
                try event(.agentChanged(changed)), try await updated(agent, set, transaction), transaction)
        }
    }

    /// What is worked on becomes what calls run on.
    package func publish(_ agent: AgentID, _ match: Match) async throws -> AgentRow? {
        try await changing(agent, match) { row, transaction in
            guard row.hasChanges else { throw AgentRefusal.nothingToPublish }
            let number = row.latestVersion + 1
            try await transaction.query(
                """
                INSERT INTO agent_versions (agent_id, agent_version, organization_id, name, settings)
                VALUES (\(agent.uuid), \(number), \(database.organization.uuid), \(row.name),
                    \(Self.json(row.settings)))
                """)
            let published = AgentPublished(agentVersion: Int(number), settings: row.settings)
            let set: SQL = "live_version = \(number), latest_version = \(number)"
            return try await told(
                try event(.agentPublished(published)), try await updated(agent, set, transaction), transaction)
        }
    }

    /// Calls run on an earlier version again; what is worked on stays.
    package func restore(_ number: Int32, of agent: AgentID, _ match: Match) async throws -> AgentRow? {
        try await changing(agent, match) { row, transaction in
            let known = try await transaction.query(
                "SELECT FROM agent_versions WHERE agent_id = \(agent.uuid) AND agent_version = \(number)")
            guard known.count == 1 else { throw AgentRefusal.noSuchVersion }
            if row.liveVersion == number { return row }
            let set: SQL = "live_version = \(number)"
            return try await told(
                try event(.agentRestored(AgentRestored(agentVersion: Int(number)))),
                try await updated(agent, set, transaction), transaction)
        }
    }

    /// It takes no more calls. One that is archived already stays so.
    package func archive(_ agent: AgentID, _ match: Match) async throws -> AgentRow? {
        try await changing(agent, match, evenArchived: true) { row, transaction in
            if row.status == .archived { return row }
            let numbers = try await transaction.query(
                """
                SELECT count(*) FROM phone_numbers
                WHERE agent_id = \(agent.uuid) AND organization_id = \(database.organization.uuid)
                """
            ).one.decode(Int.self)
            guard numbers == 0 else { throw AgentRefusal.hasNumbers(numbers) }
            return try await told(
                try event(.agentArchived(AgentArchived())),
                try await updated(agent, "archived_at = clock_timestamp()", transaction), transaction)
        }
    }

    // MARK: - How

    /// Nil if there is no such agent. Of two who change one, the second sees what the first has done.
    private func changing(
        _ agent: AgentID, _ match: Match, evenArchived: Bool = false,
        _ change: (AgentRow, TenantTransaction) async throws -> AgentRow
    ) async throws -> AgentRow? {
        try await database.transaction { transaction -> AgentRow? in
            // Locked first and read then: what a publication beside us wrote is in the second question's view.
            let own: SQL = "agent_id = \(agent.uuid) AND organization_id = \(database.organization.uuid)"
            guard try await transaction.query("SELECT FROM agents WHERE \(own) FOR UPDATE").count == 1 else {
                return nil
            }
            let row = try AgentReader.row(
                try await transaction.query("SELECT \(AgentReader.columns) FROM agents WHERE \(own)").one)
            try match(row.version)
            guard evenArchived || row.status != .archived else { throw AgentRefusal.isArchived }
            return try await change(row, transaction)
        }
    }

    private func updated(_ agent: AgentID, _ set: SQL, _ transaction: TenantTransaction) async throws -> AgentRow {
        let rows = try await transaction.query(
            """
            UPDATE agents SET version = version + 1, updated_at = clock_timestamp(), \(set)
            WHERE agent_id = \(agent.uuid) AND organization_id = \(database.organization.uuid)
            RETURNING \(AgentReader.columns)
            """)
        return try AgentReader.row(try rows.one)
    }

    private func event(_ fact: AgentEvent) throws -> NewEvent {
        try NewEvent(.agent(fact), id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: meta)
    }

    /// The row's version is the event's: a stream that says otherwise undoes both.
    private func told(_ event: NewEvent, _ row: AgentRow, _ transaction: TenantTransaction) async throws -> AgentRow {
        let verdict = try await transaction.append(
            [event], to: row.id.uuid, kind: .agent, at: .version(row.version))
        guard case .appended = verdict else { throw PostgresError(.unexpectedAnswer) }
        return row
    }

    private static func json(_ settings: Freeform) -> JSON {
        var queue = ByteQueue()
        queue.appendJSON { settings.writeValue(to: &$0) }
        return JSON(queue.withUnsafeBytes { unsafe Array($0) })
    }
}
