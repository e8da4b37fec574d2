package import Crypto
package import Domain
import Loop
package import Postgres

/// The secrets of tools as a process with live calls has them at hand: no tool waits for the database but the first of its
/// organization in a while. On its pool's loop alone, which is why `@unchecked` holds.
package final class ToolSecrets: @unchecked Sendable {
    /// A new secret is used after so long at the latest; the one before it is good for a day.
    package static let freshFor = Duration.seconds(60)
    /// Organizations whose secrets are kept; when there are more, all are read again.
    package static let organizationsMax = 1_024

    private let pool: PostgresPool
    private let secrets: EndpointSecrets
    private var known: [OrganizationID: (secrets: [Secret], since: Moment)] = [:]

    package init(_ pool: PostgresPool, _ secrets: EndpointSecrets) { (self.pool, self.secrets) = (pool, secrets) }

    package var knownCount: Int { known.count }

    /// What a post is signed with now. While the database is away, what was known last.
    package func secrets(of organization: OrganizationID) async throws -> [Secret] {
        pool.loop.checkIsolated()
        let last = known[organization]
        if let last, Moment.now - last.since < Self.freshFor { return last.secrets }
        do {
            let found = try await ToolSecret.find(of: organization, secrets) { [pool] in
                try await pool.query($0, under: TenantDatabase.wall(around: organization))
            }.all
            if known.count >= Self.organizationsMax { known = [:] }
            known[organization] = (found, .now)
            return found
        } catch {
            guard let last else { throw error }
            return last.secrets
        }
    }
}
