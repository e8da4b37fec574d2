package import Crypto
import Domain
import Postgres
package import Wire

/// What an organization's tools know us by.
package struct ToolSecret: Sendable {
    /// Each rotation makes another one.
    package let version: Int32
    package let secret: Secret
    /// The one before, for as long as it signs as well.
    package let previous: Secret?
    package let previousUntil: Timestamp?
    package let updatedAt: Timestamp

    /// As the tools' owner is shown it.
    package var text: String { EndpointSecrets.text(of: secret) }
    /// All that a post is signed with now.
    package var all: [Secret] { [secret] + [previous].compactMap(\.self) }

    static let columns: SQL =
        """
        version, updated_at, is_sealed, secret,
        CASE WHEN previous_until > clock_timestamp() THEN previous_secret END,
        CASE WHEN previous_until > clock_timestamp() THEN previous_until END
        """

    init(_ row: PostgresRow, of organization: OrganizationID, _ secrets: EndpointSecrets) throws {
        var reader = RowReader(row)
        version = try reader.next()
        updatedAt = try reader.next()
        let isSealed = try reader.next(Bool.self)
        func opened(_ bytes: [UInt8]) throws -> Secret {
            try secrets.opened(.init(bytes: bytes, isSealed: isSealed), of: .tools(of: organization.uuid))
        }
        secret = try opened(try reader.next())
        previous = try reader.next([UInt8]?.self).map(opened)
        previousUntil = try reader.next()
    }

    /// The organization's, made if it has none yet. `ask` is a question as that organization.
    static func find(
        of organization: OrganizationID, _ secrets: EndpointSecrets, _ ask: ([SQL]) async throws -> [PostgresRows]
    ) async throws -> ToolSecret {
        let question: SQL = "SELECT \(columns) FROM tool_secrets WHERE organization_id = \(organization.uuid)"
        if let row = try await ask([question])[0].first { return try ToolSecret(row, of: organization, secrets) }
        let kept = secrets.kept(EndpointSecrets.make(), of: .tools(of: organization.uuid))
        // Of two who make the first one, one finds the other's.
        let answers = try await ask([
            """
            INSERT INTO tool_secrets (organization_id, is_sealed, secret)
            VALUES (\(organization.uuid), \(kept.isSealed), \(kept.bytes)) ON CONFLICT DO NOTHING
            """, question,
        ])
        return try ToolSecret(try answers[1].one, of: organization, secrets)
    }
}
