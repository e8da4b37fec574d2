package import Crypto
package import Domain
import Postgres

/// The streams of one organization: another one's is none.
package struct StreamDesk: Sendable {
    private let database: TenantDatabase

    package init(_ database: TenantDatabase) { self.database = database }

    package func isThere(_ stream: UUID, kind: StreamKind) async throws -> Bool {
        try await database.query(
            """
            SELECT FROM streams WHERE stream_id = \(stream) AND kind = \(kind.rawValue)
                AND organization_id = \(database.organization.uuid)
            """
        ).count > 0
    }

    package func events(of stream: UUID, after version: Int32, limit: Int) async throws -> [RecordedEvent] {
        let events = try await database.log.events(
            of: stream, from: version + 1, limit: limit, through: .tenant(database)
        ).filter { $0.organization == database.organization.uuid }
        return try await database.sealing?.opened(events, through: .tenant(database)) ?? events
    }

    /// Nil if there is no such call.
    package func state(of call: CallID, at version: Int32) async throws -> CallState? {
        try await CallHistory(database.log, database.sealing).state(
            of: call, of: database.organization, at: version, through: .tenant(database))
    }
}
