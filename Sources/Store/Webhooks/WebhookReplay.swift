import Crypto
import Domain
package import Jobs
package import Loop
package import Postgres
import Wire

/// Owes events to an endpoint once more: those that it wants now, whether it had them before or not.
///
/// Page after page, each in a transaction of its own; who dies in between begins again, and what was owed twice is sent twice
/// under the same id.
package struct WebhookReplay: Sendable {
    private let pool: PostgresPool
    private let log = LogHandle()
    private let now: @Sendable () -> Moment

    package init(_ pool: PostgresPool, now: @escaping @Sendable () -> Moment = { .now }) {
        self.pool = pool
        self.now = now
    }

    /// Goes on for a while, and leaves the rest to the job that it enqueues.
    package func run(_ run: JobRun) async throws -> JobEnd {
        guard let endpoint = WebhookJobs.endpoint(in: run.job.args), let organization = run.job.organization,
            var range = ReplayRange(run.job.args)
        else { return .discarded("its arguments are none of ours") }
        let log = try await log.log(through: pool)
        let end: LogPlace
        if let known = range.end { end = known } else { end = LogPlace(try await log.heads(through: .pool(pool))) }
        var place = try await self.place(range.start, upTo: end, organization)
        guard place.positions.count == end.positions.count else { return .discarded("its log has other lanes") }
        let deadline = now() + WebhookLimits.runMax
        while !place.covers(end), now() < deadline, !Task.isCancelled {
            guard try await page(&place, upTo: end, endpoint) else { return .done }
        }
        if place.covers(end) { return .done }
        (range.start, range.end) = (.place(place), end)
        let rest = WebhookJobs.replay(to: endpoint, of: organization, range)
        try await pool.withTransaction { session in
            try await run.complete(in: session)
            try await JobBoard.enqueue([rest], in: session)
        }
        return .done
    }

    private func place(
        _ start: ReplayRange.Start, upTo end: LogPlace, _ organization: UUID
    ) async throws -> LogPlace {
        switch start {
        case .place(let place): return place
        case .time(let time):
            var place = end
            let rows = try await pool.query(
                """
                SELECT lane, min(position) FROM events
                WHERE organization_id = \(organization) AND recorded_at >= \(time) GROUP BY lane
                """)
            var positions = place.positions
            for row in rows {
                let (lane, first) = try row.decode(Int16.self, Int64.self)
                positions[Int(lane)] = min(first - 1, end[lane])
            }
            place = LogPlace(positions)
            return place
        }
    }

    /// The next page of one lane. False: the endpoint is gone, or wants nothing now.
    private func page(_ place: inout LogPlace, upTo end: LogPlace, _ endpoint: UUID) async throws -> Bool {
        guard let lane = place.lanes.first(where: { place[$0] < end[$0] }) else { return true }
        let (after, last) = (place[lane], min(end[lane], place[lane] + WebhookLimits.replayPageMax))
        let isWanted = try await pool.withTransaction { session in
            let rows = try await session.query(
                """
                SELECT organization_id, events FROM webhook_endpoints
                WHERE endpoint_id = \(endpoint) AND disabled_at IS NULL FOR KEY SHARE
                """)
            guard let row = rows.first else { return false }
            let (organization, words) = try row.decode(UUID.self, [String].self)
            let patterns = words.compactMap { EventPattern($0) }
            let events = try await session.query(
                """
                SELECT \(EventLog.columns) FROM events WHERE lane = \(lane) AND position > \(after) AND position <= \(last)
                    AND organization_id = \(organization) AND stream_id <> \(endpoint)
                    AND type <> \(EventType.endpointTested.rawValue)
                ORDER BY position
                """
            ).map { try RecordedEvent($0) }.filter { event in patterns.contains { $0.takes(event.type) } }
            if events.isEmpty { return true }
            try await session.query(Deliveries.insert(events.map { (endpoint, $0) }, again: true))
            try await JobBoard.enqueue([WebhookJobs.deliver(to: endpoint, of: organization)], in: session)
            try await session.query(WebhookJobs.hasten([endpoint]))
            return true
        }
        place.advance(lane, to: last)
        return isWanted
    }
}
