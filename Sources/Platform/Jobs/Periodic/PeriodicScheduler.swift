package import Postgres
import Wire

/// Enqueues periodic jobs, each due moment once, however many schedulers there are.
///
/// The row (name, due moment) and the job are one statement, and the row has a primary key: that is all the agreement
/// it takes. Time is the database's. After a pause the last missed moment is made up for, not all of them; a schedule
/// that nobody has seen before waits for its next moment.
package final class PeriodicScheduler: @unchecked Sendable {
    // Lives on its pool's loop: that is why `@unchecked` holds.
    private let pool: PostgresPool
    private let jobs: [PeriodicJob]
    /// The last moment of each that is known to be in the table. Only saves asking again.
    private var settled: [String: Timestamp] = [:]

    package init(_ jobs: [PeriodicJob], on pool: PostgresPool) {
        precondition(Set(jobs.map(\.name)).count == jobs.count, "two schedules have one name")
        self.jobs = jobs
        self.pool = pool
    }

    /// Enqueues what has fallen due; answers what this scheduler enqueued.
    @discardableResult
    package func tick() async throws -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        let now = try await pool.query("SELECT clock_timestamp()").one.decode(Timestamp.self)
        return try await tick(at: now)
    }

    func tick(at now: Timestamp) async throws -> [JobID] {
        var ids: [JobID] = []
        for periodic in jobs {
            guard let due = periodic.schedule.latest(at: now) else { continue }
            guard let last = settled[periodic.name] else {
                try await pool.executeBatch(JobSQL.notice(periodic.name, due))
                ids += try await enqueue(periodic, due)
                continue
            }
            if due > last { ids += try await enqueue(periodic, due) }
        }
        return ids
    }

    private func enqueue(_ periodic: PeriodicJob, _ due: Timestamp) async throws -> [JobID] {
        let job = periodic.job(due)
        try job.check()
        let ids = try JobSQL.ids(await pool.execute(JobSQL.run(periodic.name, due, job)))
        settled[periodic.name] = due
        return ids
    }
}

extension JobSQL {
    /// A schedule's first row stands for a moment that is not run. Under a lock, or two that see it first could each take
    /// their own moment for the first one.
    static func notice(_ name: String, _ due: Timestamp) -> [SQL] {
        [
            "SELECT pg_advisory_xact_lock(hashtext('periodic_runs'), hashtext(current_schema() || '.' || \(name)))",
            """
            INSERT INTO periodic_runs (name, due_at) SELECT \(name), \(due)
            WHERE NOT EXISTS (SELECT 1 FROM periodic_runs WHERE name = \(name))
            """,
        ]
    }

    /// Nothing if this moment or a later one has been run.
    static func run(_ name: String, _ due: Timestamp, _ job: NewJob) -> SQL {
        """
        WITH mine AS (
            INSERT INTO periodic_runs (name, due_at) SELECT \(name), \(due)
            WHERE NOT EXISTS (SELECT 1 FROM periodic_runs WHERE name = \(name) AND due_at >= \(due))
            ON CONFLICT DO NOTHING RETURNING 1
        )
        INSERT INTO jobs (queue, kind, organization_id, args, unique_key, priority, max_attempts, timeout_ms, run_at, state)
        SELECT new.*, CASE WHEN run_at <= clock_timestamp() THEN 'available' ELSE 'scheduled' END
        FROM mine CROSS JOIN (\(values(of: [job]))) AS new
        ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
        RETURNING id
        """
    }
}
