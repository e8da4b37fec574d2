package import Crypto
package import Domain
import Postgres
package import Wire

/// Agents of one organization and what was published of them.
package struct AgentReader: Sendable {
    package static let fields: [ListField] = [
        ListField("status", "status", .word(AgentStatus.allCases.map(\.rawValue))),
        ListField("agent_type", "agent_type", .word(AgentType.allCases.map(\.rawValue))),
        ListField("created_at", "created_at", .time),
        ListField("updated_at", "updated_at", .time),
    ]

    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    static let columns: SQL =
        """
        agent_id, version, name, settings, status, live_version, latest_version, created_at, updated_at, archived_at,
        coalesce((SELECT (v.name, v.settings) IS DISTINCT FROM (agents.name, agents.settings) FROM agent_versions v
            WHERE v.agent_id = agents.agent_id AND v.agent_version = agents.live_version), true)
        """

    static func row(_ row: PostgresRow) throws -> AgentRow {
        var reader = RowReader(row)
        return AgentRow(
            id: AgentID(try reader.next(UUID.self)), version: try reader.next(), name: try reader.next(),
            settings: try settings(try reader.next(JSON.self)), status: try status(try reader.next(String.self)),
            liveVersion: try reader.next(), latestVersion: try reader.next(), createdAt: try reader.next(),
            updatedAt: try reader.next(), archivedAt: try reader.next(), hasChanges: try reader.next())
    }

    static func settings(_ json: JSON) throws -> Freeform {
        var limits = JSONLimits()
        limits.bytesMax = max(json.bytes.count, 1)
        return Freeform(try JSONValue(json: json.bytes, limits: limits))
    }

    private static func status(_ word: String) throws -> AgentStatus {
        guard let status = AgentStatus(rawValue: word) else { throw ReadModelIsForeign(what: "status of an agent") }
        return status
    }

    package func get(_ agent: AgentID) async throws -> AgentRow? {
        try await database.query(
            """
            SELECT \(Self.columns) FROM agents
            WHERE agent_id = \(agent.uuid) AND organization_id = \(database.organization.uuid)
            """
        ).first.map(Self.row)
    }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        _ filters: [ListFilter], after place: (Timestamp, UUID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [AgentRow], total: Int?) {
        let wanted: SQL = "organization_id = \(database.organization.uuid) AND \(ListFilter.all(filters))"
        let behind: SQL = place.map { "(created_at, agent_id) < (\($0.0), \($0.1))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(Self.columns) FROM agents WHERE \(wanted) AND \(behind)
            ORDER BY created_at DESC, agent_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM agents WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map(Self.row), countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    // MARK: - Versions

    private static let versionColumns: SQL =
        "v.agent_version, v.name, v.settings, v.published_at, v.agent_version IS NOT DISTINCT FROM a.live_version"

    private func versions(of agent: AgentID) -> SQL {
        """
        FROM agent_versions v JOIN agents a USING (agent_id)
        WHERE v.agent_id = \(agent.uuid) AND v.organization_id = \(database.organization.uuid)
        """
    }

    private static func version(_ row: PostgresRow, of agent: AgentID) throws -> AgentVersionRow {
        let (number, name, settings, published, isLive) = try row.decode(
            Int32.self, String.self, JSON.self, Timestamp.self, Bool.self)
        return AgentVersionRow(
            agent: agent, number: number, name: name, settings: try Self.settings(settings), publishedAt: published,
            isLive: isLive)
    }

    package func version(_ number: Int32, of agent: AgentID) async throws -> AgentVersionRow? {
        try await database.query(
            "SELECT \(Self.versionColumns) \(versions(of: agent)) AND v.agent_version = \(number)"
        ).first.map { try Self.version($0, of: agent) }
    }

    /// The latest first, those before `number`.
    package func versions(
        of agent: AgentID, before number: Int32?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [AgentVersionRow], total: Int?) {
        var batch: [SQL] = [
            """
            SELECT \(Self.versionColumns) \(versions(of: agent)) AND v.agent_version < \(number ?? .max)
            ORDER BY v.agent_version DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) \(versions(of: agent))") }
        let answers = try await database.query(batch)
        let rows = try answers[0].map { try Self.version($0, of: agent) }
        return (rows, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }
}
