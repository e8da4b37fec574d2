package import Crypto
package import Domain
package import Jobs
package import Postgres
import Wire

/// What is owed to endpoints, as those see it who deliver it: for all organizations.
package struct WebhookQueue: Sendable {
    private let pool: PostgresPool
    private let secrets: EndpointSecrets
    private let sealing: Sealing?
    private let log = LogHandle()

    package init(_ pool: PostgresPool, _ secrets: EndpointSecrets, _ sealing: Sealing? = nil) {
        self.sealing = sealing
        self.pool = pool
        self.secrets = secrets
    }

    // MARK: - Reading

    /// An endpoint as it is served.
    package struct Target: Sendable {
        package let id: UUID
        package let organization: UUID
        package let url: String
        /// The one in use, and the one before it as long as that is good.
        package let secrets: [Secret]
        package let isEnabled: Bool
        /// In a row.
        package var failures: Int
        package let failingFor: Duration
        /// Nothing is to be sent yet.
        package let isResting: Bool
    }

    /// Nil if there is none any more.
    package func target(_ endpoint: UUID) async throws -> Target? {
        let rows = try await pool.query(
            """
            SELECT organization_id, url, secret, CASE WHEN previous_until > clock_timestamp() THEN previous_secret END,
                is_sealed, disabled_at IS NULL, failures,
                make_interval(secs => coalesce(extract(epoch FROM clock_timestamp() - failing_since), 0)::float8),
                coalesce(resting_until > clock_timestamp(), false)
            FROM webhook_endpoints WHERE endpoint_id = \(endpoint)
            """)
        guard let row = rows.first else { return nil }
        let (organization, url, secret, previous, isSealed, isEnabled, failures, failingFor, isResting) =
            try row.decode(
                UUID.self, String.self, [UInt8].self, [UInt8]?.self, Bool.self, Bool.self, Int.self, Duration.self,
                Bool.self)
        return Target(
            id: endpoint, organization: organization, url: url,
            secrets: try [secret, previous].compactMap { bytes in
                try bytes.map { try secrets.opened(.init(bytes: $0, isSealed: isSealed), of: .endpoint(endpoint)) }
            },
            isEnabled: isEnabled, failures: failures, failingFor: failingFor, isResting: isResting)
    }

    /// One event that is owed to an endpoint. A class, since it holds ids and is passed to functions that suspend.
    package final class Due: Sendable {
        package let delivery: UUID
        /// Those before this one.
        package let attempts: Int
        package let event: RecordedEvent

        package var isTest: Bool { event.type == EventType.endpointTested.rawValue }

        init(delivery: UUID, attempts: Int, event: RecordedEvent) {
            self.delivery = delivery
            self.attempts = attempts
            self.event = event
        }
    }

    /// What waits longest first. Of a disabled endpoint only tests are sent; whatever else waits is skipped.
    package func due(_ target: Target, limit: Int = WebhookLimits.pageMax) async throws -> [Due] {
        if !target.isEnabled {
            try await pool.execute(
                """
                UPDATE webhook_deliveries SET state = 'skipped' WHERE endpoint_id = \(target.id) AND state = 'pending'
                    AND type <> \(EventType.endpointTested.rawValue)
                """)
        }
        let rows = try await pool.query(
            """
            SELECT e.*, d.delivery_id, d.attempts FROM (
                SELECT delivery_id, attempts, lane, position, due_at FROM webhook_deliveries
                WHERE endpoint_id = \(target.id) AND state = 'pending' AND due_at <= clock_timestamp()
                ORDER BY due_at LIMIT \(Int64(limit))
            ) AS d CROSS JOIN LATERAL (
                SELECT \(EventLog.columns) FROM events WHERE events.lane = d.lane AND events.position = d.position
            ) AS e
            ORDER BY d.due_at
            """)
        var events = try rows.map { try RecordedEvent($0) }
        if let sealing { events = try await sealing.opened(events, through: .pool(pool)) }
        return try zip(rows, events).map { row, event in
            Due(
                delivery: try row.decode(UUID.self, at: EventLog.columnCount),
                attempts: try row.decode(Int.self, at: EventLog.columnCount + 1), event: event)
        }
    }

    // MARK: - Writing

    /// Writes down what an attempt came to. Somebody else's word about the same delivery stands.
    package func settle(
        _ due: Due, _ outcome: WebhookOutcome, _ plan: WebhookPlan, took: Duration, of target: Target
    ) async throws {
        let (state, pause): (String, Duration) =
            switch plan.delivery {
            case .delivered: ("delivered", .zero)
            case .again(let pause): ("pending", pause)
            case .failed: ("failed", .zero)
            }
        var batch: [SQL] = [
            """
            UPDATE webhook_deliveries SET state = \(state), attempts = attempts + 1, attempted_at = clock_timestamp(),
                due_at = clock_timestamp() + \(pause.inWholeMilliseconds), took_ms = \(Int32(clamping: took.milliseconds)),
                status = \(outcome.status.map { Int16(clamping: $0) }), fault = \(outcome.fault?.rawValue)
            WHERE delivery_id = \(due.delivery) AND state = 'pending' AND attempts = \(Int32(clamping: due.attempts))
            """
        ]
        // How a disabled endpoint does in tests counts for nothing.
        if target.isEnabled { batch.append(Self.health(target.id, outcome.isDelivered, plan.rest)) }
        try await pool.executeBatch(batch)
        if let reason = plan.disables, target.isEnabled { try await disable(target, reason) }
    }

    private static func health(_ endpoint: UUID, _ isWell: Bool, _ rest: Duration?) -> SQL {
        guard isWell else {
            return """
                UPDATE webhook_endpoints SET failures = failures + 1,
                    failing_since = coalesce(failing_since, clock_timestamp()),
                    resting_until = greatest(resting_until, clock_timestamp() + \(rest?.inWholeMilliseconds))
                WHERE endpoint_id = \(endpoint)
                """
        }
        // Many a second arrive: one note of that in ten seconds is enough.
        return """
            UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, resting_until = NULL,
                delivered_at = clock_timestamp()
            WHERE endpoint_id = \(endpoint) AND (failures > 0 OR delivered_at IS NULL
                OR delivered_at < clock_timestamp() - interval '10 seconds')
            """
    }

    /// Gives an endpoint up, and says so in the log.
    private func disable(_ target: Target, _ reason: DisablingReason) async throws {
        let log = try await log.log(through: pool)
        try await pool.withTransaction { session in
            let rows = try await session.query(
                """
                UPDATE webhook_endpoints SET disabled_at = clock_timestamp(), disabled_reason = \(reason.rawValue),
                    version = version + 1, updated_at = clock_timestamp()
                WHERE endpoint_id = \(target.id) AND disabled_at IS NULL RETURNING failures
                """)
            guard let failures = try rows.first?.decode(Int.self) else { return }
            try await session.query(
                """
                UPDATE webhook_deliveries SET state = 'skipped'
                WHERE endpoint_id = \(target.id) AND state = 'pending'
                """)
            let event = try NewEvent(
                .endpoint(.endpointDisabled(EndpointDisabled(reason: reason, failures: failures))),
                id: EventID(UUID.v7()), at: Instant(Timestamp.now), meta: EventMeta(actor: .system("webhooks")))
            let append = StreamAppend(
                to: target.id, kind: .webhookEndpoint, of: target.organization, at: .next, [event])
            _ = try await log.append(append, in: session)
        }
    }

    /// Ends a run, and sees to the next one if anything is owed still.
    ///
    /// The row is locked first: whoever adds a delivery holds it until they are through, and finds the job ended afterwards.
    package func end(_ run: JobRun, _ endpoint: UUID) async throws {
        try await pool.withTransaction { session in
            let rows = try await session.query(
                """
                SELECT organization_id, resting_until FROM webhook_endpoints WHERE endpoint_id = \(endpoint) FOR UPDATE
                """)
            try await run.complete(in: session)
            guard let row = rows.first else { return }
            let (organization, restingUntil) = try row.decode(UUID.self, Timestamp?.self)
            let next = try await session.query(
                """
                SELECT make_interval(secs => greatest(0, extract(epoch FROM
                    greatest(min(due_at), \(restingUntil)) - clock_timestamp()))::float8)
                FROM webhook_deliveries WHERE endpoint_id = \(endpoint) AND state = 'pending' HAVING count(*) > 0
                """)
            guard let pause = try next.first?.decode(Duration.self) else { return }
            var job = WebhookJobs.deliver(to: endpoint, of: organization)
            job.when = pause > .zero ? .after(pause) : .now
            try await JobBoard.enqueue([job], in: session)
        }
    }

    // MARK: - Care

    /// Sees to deliveries that are due and that nobody is after: their job was cancelled, or gave up.
    package func sweep() async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT e.endpoint_id, e.organization_id FROM webhook_endpoints e
            WHERE coalesce(e.resting_until <= clock_timestamp(), true) AND EXISTS (
                SELECT FROM webhook_deliveries d
                WHERE d.endpoint_id = e.endpoint_id AND d.state = 'pending' AND d.due_at <= clock_timestamp())
            """)
        let jobs = try rows.map { row in
            let (endpoint, organization) = try row.decode(UUID.self, UUID.self)
            return WebhookJobs.deliver(to: endpoint, of: organization)
        }
        if jobs.isEmpty { return 0 }
        return try await pool.withTransaction { try await JobBoard.enqueue(jobs, in: $0) }.count
    }

    /// Takes away what has been over for long; answers how many.
    package func purge(
        olderThan age: Duration = WebhookLimits.keptFor, batch: Int = WebhookLimits.purgeMax,
        until isOver: () -> Bool = { false }
    ) async throws -> Int {
        var (count, last) = (0, batch)
        while last == batch, !isOver() {
            last = try await pool.execute(
                """
                DELETE FROM webhook_deliveries WHERE delivery_id IN (
                    SELECT delivery_id FROM webhook_deliveries
                    WHERE state <> 'pending' AND created_at < clock_timestamp() - \(age)
                    ORDER BY created_at LIMIT \(Int64(batch)))
                """
            ).affected
            count += last
        }
        return count
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    /// As exact as the database needs it.
    fileprivate var inWholeMilliseconds: Duration { .milliseconds(milliseconds) }
}
