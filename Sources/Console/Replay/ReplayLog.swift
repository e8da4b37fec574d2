import Crypto
import Domain
import Postgres
import Service
import Store

/// What the database knows of a call that is run again.
struct ReplayLog: Sendable {
    var events: [RecordedEvent] = []
    /// The version of the call's agent that was asked for.
    var agent: AgentConfiguration?

    /// Throws what Postgres can't do.
    static func read(
        _ call: CallID, _ organization: OrganizationID, agentVersion: Int32?, _ settings: ReplaySettings
    ) throws -> ReplayLog {
        let found = Shared(ReplayLog())
        let sealing = settings.sealing
        try Database.with(settings.database) { pool in
            let log = try await EventLog.read(through: .pool(pool))
            var events: [RecordedEvent] = []
            while true {
                let page = try await log.events(
                    of: call.uuid, from: (events.last?.version ?? 0) + 1, through: .pool(pool))
                events += page
                if page.count < EventLog.pageMax { break }
            }
            if let sealing { events = try await sealing.opened(events, through: .pool(pool)) }
            let read = events
            found.with { $0.events = read }
            guard let agentVersion else { return }
            let agent = try await configuration(
                agentVersion, of: read, TenantDatabase(organization, in: pool, log: log))
            found.with { $0.agent = agent }
        }
        return found.with { $0 }
    }

    private static func configuration(
        _ version: Int32, of events: [RecordedEvent], _ database: TenantDatabase
    ) async throws -> AgentConfiguration {
        var agent: AgentID?
        var variables: Freeform?
        for event in events {
            switch try event.decoded() {
            case .fact(.call(.callRequested(let asked))): (agent, variables) = (asked.agent, asked.variables?.revealed)
            case .fact(.call(.callReceived(let received))): agent = received.agent ?? agent
            default: break
            }
        }
        guard let agent else { throw Trouble("the log does not say which agent had the call; use --set instead") }
        guard let row = try await AgentReader(database).version(version, of: agent) else {
            throw Trouble("agent \(agent) has no version \(version); see GET /agents/\(agent)/versions")
        }
        return AgentConfiguration(row.settings).filled(with: variables)
    }
}
