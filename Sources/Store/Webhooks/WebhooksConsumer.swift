import Crypto
import Domain
import Jobs
package import Postgres
import Wire

/// Notes for each event which endpoints are to be told of it, and sees to it that somebody does. Row, job and checkpoint are one
/// transaction: an event is owed to an endpoint once, or not yet.
package final class WebhooksConsumer: Consumer {
    package static let version: Int32 = 1

    package let name: ConsumerName

    package init(version: Int32 = version) {
        guard let name = ConsumerName("webhooks", version: version) else {
            preconditionFailure("versions begin at 1")
        }
        self.name = name
    }

    package func apply(_ events: [RecordedEvent], in session: PostgresSession) async throws {
        try await apply(events, outward: .due, in: session)
    }

    package func apply(_ events: [RecordedEvent], outward: OutwardEffects, in session: PostgresSession) async throws {
        // All it does reaches beyond its own tables.
        guard outward == .due else { return }
        let endpoints = try await Self.endpoints(of: Set(events.map(\.organization)), in: session)
        if endpoints.isEmpty { return }
        var owed: [(Listening, RecordedEvent)] = []
        for event in events {
            for endpoint in endpoints[event.organization] ?? [] where endpoint.wants(event) {
                owed.append((endpoint, event))
            }
        }
        if owed.isEmpty { return }
        try await session.query(Deliveries.insert(owed.map { ($0.id, $1) }, again: false))
        let touched = Dictionary(owed.map { ($0.0.id, $0.0) }) { one, _ in one }.values
        try await JobBoard.enqueue(
            touched.map { WebhookJobs.deliver(to: $0.id, of: $0.organization) }, in: session)
        let ready = touched.filter { !$0.isResting }.map(\.id)
        if !ready.isEmpty { try await session.query(WebhookJobs.hasten(ready)) }
    }

    private struct Listening {
        let id: UUID
        let organization: UUID
        let patterns: [EventPattern]
        let isEnabled: Bool
        let isResting: Bool
        let createdAt: Timestamp

        func wants(_ event: RecordedEvent) -> Bool {
            // A test is for one endpoint, whatever it listens to, and whether it is enabled or not; what else is done to an
            // endpoint others are told.
            let isTest = event.type == EventType.endpointTested.rawValue
            if isTest || event.stream == id { return isTest && event.stream == id }
            return isEnabled && event.recordedAt >= createdAt && patterns.contains { $0.takes(event.type) }
        }
    }

    /// The rows are held, so that who ends the deliveries of one for now waits for what we add: see `WebhookQueue.end`.
    private static func endpoints(
        of organizations: Set<UUID>, in session: PostgresSession
    ) async throws -> [UUID: [Listening]] {
        let rows = try await session.query(
            """
            SELECT endpoint_id, organization_id, events, disabled_at IS NULL,
                coalesce(resting_until > clock_timestamp(), false), created_at
            FROM webhook_endpoints WHERE organization_id = ANY (\(Array(organizations)))
            ORDER BY endpoint_id FOR KEY SHARE
            """)
        var found: [UUID: [Listening]] = [:]
        for row in rows {
            let (id, organization, patterns, isEnabled, isResting, createdAt) = try row.decode(
                UUID.self, UUID.self, [String].self, Bool.self, Bool.self, Timestamp.self)
            // A pattern of another release takes nothing here.
            found[organization, default: []].append(
                Listening(
                    id: id, organization: organization, patterns: patterns.compactMap { EventPattern($0) },
                    isEnabled: isEnabled, isResting: isResting, createdAt: createdAt))
        }
        return found
    }
}
