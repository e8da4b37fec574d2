package import Domain
package import Postgres

/// Which agent a call runs on, as its settings were when they were published.
package struct CallAgents: Sendable {
    /// The agent of a call, or why it has none.
    package enum Finding: Sendable {
        case agent(AgentConfiguration)
        case none(EndedReason)
    }

    private let pool: PostgresPool
    private let log: EventLog

    package init(_ log: EventLog, through pool: PostgresPool) { (self.log, self.pool) = (log, pool) }

    package func find(for call: CallState, of organization: OrganizationID) async throws -> Finding {
        guard try await BillingStanding.mayCall(organization, through: pool) else { return .none(.budgetExhausted) }
        guard let origin = call.origin?.value, let agent = origin.agent, let number = origin.agentVersion else {
            return .none(.agentUnusable)
        }
        let agents = AgentReader(TenantDatabase(organization, in: pool, log: log))
        guard let row = try await agents.get(agent), row.status == .active,
            let version = try await agents.version(Int32(clamping: number), of: agent)
        else { return .none(.agentUnusable) }
        return .agent(AgentConfiguration(version.settings))
    }
}
