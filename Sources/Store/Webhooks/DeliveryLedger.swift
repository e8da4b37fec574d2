import Crypto
package import Domain
package import Jobs
import Postgres
package import Wire

/// What became of one event for one endpoint.
package struct DeliveryRow: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case pending, delivered, failed
        /// The endpoint was disabled before it came to that.
        case skipped
    }

    package let id: WebhookDeliveryID
    package let event: EventID
    package let type: String
    package let state: State
    package let attempts: Int32
    /// What was answered last.
    package let status: Int16?
    package let fault: DeliveryFault?
    package let tookMilliseconds: Int32?
    package let createdAt: Timestamp
    package let attemptedAt: Timestamp?
    /// When it is tried next.
    package let dueAt: Timestamp?

    static let columns: SQL =
        """
        delivery_id, event_id, type, state, attempts, status, fault, took_ms, created_at, attempted_at,
        CASE WHEN state = 'pending' THEN due_at END
        """

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        id = try reader.id(WebhookDeliveryID.self)
        event = try reader.id(EventID.self)
        type = try reader.next()
        guard let state = try reader.word(State.self) else { throw ReadModelIsForeign(what: "a delivery") }
        self.state = state
        attempts = try reader.next()
        status = try reader.next()
        fault = try reader.word(DeliveryFault.self)
        tookMilliseconds = try reader.next()
        createdAt = try reader.next()
        attemptedAt = try reader.next()
        dueAt = try reader.next()
    }
}

/// What one organization's endpoints are owed, were sent, and are to be sent again.
package struct DeliveryLedger: Sendable {
    package static let fields: [ListField] = [
        ListField("state", "state", .word(DeliveryRow.State.allCases.map(\.rawValue))),
        ListField("type", "type", .text), ListField("event_id", "event_id", .id),
        ListField("created_at", "created_at", .time),
    ]

    private let database: TenantDatabase
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ meta: EventMeta?) { (self.database, self.meta) = (database, meta) }

    private var organization: UUID { database.organization.uuid }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        of endpoint: WebhookEndpointID, _ filters: [ListFilter], after place: (Timestamp, WebhookDeliveryID)?,
        limit: Int, countingAll: Bool
    ) async throws -> (rows: [DeliveryRow], total: Int?) {
        let wanted: SQL =
            """
            endpoint_id = \(endpoint.uuid) AND organization_id = \(organization) AND \(ListFilter.all(filters))
            """
        let behind: SQL = place.map { "(created_at, delivery_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(DeliveryRow.columns) FROM webhook_deliveries WHERE \(wanted) AND \(behind)
            ORDER BY created_at DESC, delivery_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll { batch.append("SELECT count(*) FROM webhook_deliveries WHERE \(wanted)") }
        let answers = try await database.query(batch)
        return (try answers[0].map { try DeliveryRow($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    /// Owes it once more, at once and with all its attempts. Nil if there is no such delivery.
    package func retry(_ delivery: WebhookDeliveryID, of endpoint: WebhookEndpointID) async throws -> DeliveryRow? {
        try await database.transaction { transaction in
            guard let isEnabled = try await held(endpoint, transaction) else { return nil }
            let rows = try await transaction.query(
                """
                UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due_at = clock_timestamp()
                WHERE delivery_id = \(delivery.uuid) AND endpoint_id = \(endpoint.uuid)
                    AND organization_id = \(organization) RETURNING \(DeliveryRow.columns)
                """)
            guard let row = try rows.first.map({ try DeliveryRow($0) }) else { return nil }
            guard isEnabled || row.type == EventType.endpointTested.rawValue else { throw EndpointRefusal.isDisabled }
            let job = WebhookJobs.deliver(to: endpoint.uuid, of: organization)
            try await transaction.query(try JobBoard.enqueueing([job]))
            try await transaction.query(WebhookJobs.hasten([endpoint.uuid]))
            let told = DeliveryRetried(delivery: row.id, event: row.event)
            try await transaction.append(
                [.now(.endpoint(.deliveryRetried(told)), meta)], to: endpoint.uuid, kind: .webhookEndpoint)
            return row
        }
    }

    /// Nil if there is no such endpoint.
    package func replay(_ range: ReplayRange, to endpoint: WebhookEndpointID) async throws -> JobID? {
        try await database.transaction { transaction in
            guard let isEnabled = try await held(endpoint, transaction) else { return nil }
            guard isEnabled else { throw EndpointRefusal.isDisabled }
            let job = WebhookJobs.replay(to: endpoint.uuid, of: organization, range)
            let rows = try await transaction.query(try JobBoard.enqueueing([job]))
            guard let row = rows.first else { throw EndpointRefusal.isReplaying }
            let number = try row.decode(Int64.self)
            let told = EndpointReplayed(job: number)
            try await transaction.append(
                [.now(.endpoint(.endpointReplayed(told)), meta)], to: endpoint.uuid, kind: .webhookEndpoint)
            return JobID(number)
        }
    }

    /// Whether it is enabled; nil if there is none. Who asks believes that it is back, so it rests no more. Who ends its deliveries for
    /// now waits for us: see `WebhookQueue.end`.
    private func held(_ endpoint: WebhookEndpointID, _ transaction: TenantTransaction) async throws -> Bool? {
        try await transaction.query(
            """
            UPDATE webhook_endpoints SET resting_until = NULL
            WHERE endpoint_id = \(endpoint.uuid) AND organization_id = \(organization) RETURNING disabled_at IS NULL
            """
        ).first?.decode(Bool.self)
    }
}
