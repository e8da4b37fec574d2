import Crypto
import Postgres
import Wire

/// The statements of this room.
enum JobSQL {
    static func ids(_ rows: PostgresRows) throws -> [JobID] { try rows.map { JobID(try $0.decode(Int64.self)) } }

    /// What of a job is kept as it was when it has ended.
    static let kept: SQL = """
        id, run_at, created_at, started_at, organization_id, worker_id, attempt, max_attempts, timeout_ms, priority, \
        queue, kind, unique_key, args
        """

    static func enqueue(_ jobs: [NewJob]) -> SQL {
        """
        INSERT INTO jobs (queue, kind, organization_id, args, unique_key, priority, max_attempts, timeout_ms, run_at, state)
        SELECT new.*, CASE WHEN run_at <= clock_timestamp() THEN 'available' ELSE 'scheduled' END
        FROM (\(values(of: jobs))) AS new
        ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
        RETURNING id
        """
    }

    /// Rows with all that a new job says, in the order of `jobs`.
    static func values(of jobs: [NewJob]) -> SQL {
        """
        SELECT new.queue, new.kind, new.organization_id, new.args, new.unique_key, new.priority, new.max_attempts,
            new.timeout_ms, coalesce(new.run_at, clock_timestamp() + coalesce(new.delay, interval '0')) AS run_at
        FROM unnest(
            \(jobs.map(\.queue)), \(jobs.map(\.kind)), \(jobs.map(\.organization)), \(jobs.map { JSON($0.args) }),
            \(jobs.map(\.uniqueKey)), \(jobs.map(\.priority.rawValue)), \(jobs.map { Int32($0.attemptsMax) }),
            \(jobs.map { Int32(clamping: $0.timeout.wholeMilliseconds) }), \(jobs.map(\.when.moment)),
            \(jobs.map(\.when.delay))
        ) WITH ORDINALITY AS new (
            queue, kind, organization_id, args, unique_key, priority, max_attempts, timeout_ms, run_at, delay, place
        )
        ORDER BY new.place
        """
    }

    /// The row is locked first: what happened to it meanwhile is then known, and stays.
    static func cancel(_ id: JobID) -> SQL {
        """
        WITH found AS MATERIALIZED (SELECT id, state FROM jobs WHERE id = \(id.number) FOR UPDATE),
        gone AS (
            DELETE FROM jobs AS j USING found AS f WHERE j.id = f.id AND f.state <> 'running' RETURNING j.*
        ),
        done AS (
            INSERT INTO jobs_done (\(kept), errors, outcome) SELECT \(kept), errors, 'cancelled' FROM gone RETURNING 1
        ),
        flagged AS (
            UPDATE jobs AS j SET cancel_requested = true FROM found AS f
            WHERE j.id = f.id AND f.state = 'running' RETURNING 1
        )
        SELECT (SELECT count(*) FROM done), (SELECT count(*) FROM flagged)
        """
    }

    /// Attempts go on counting where they stopped: no run of the first life can be taken for one of the second.
    static func replay(_ id: JobID, _ attempts: Int) -> SQL {
        """
        WITH found AS MATERIALIZED (
            SELECT * FROM jobs_done WHERE id = \(id.number) AND outcome = 'discarded'
            ORDER BY finished_at DESC LIMIT 1
        ),
        alive AS (
            INSERT INTO jobs (
                id, created_at, organization_id, attempt, max_attempts, timeout_ms, priority, queue, kind, unique_key,
                args, errors, run_at, state
            )
            SELECT id, created_at, organization_id, attempt, attempt + \(Int32(attempts)), timeout_ms, priority, queue,
                kind, unique_key, args, errors, clock_timestamp(), 'available'
            FROM found
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        DELETE FROM jobs_done AS d USING alive AS a, found AS f
        WHERE d.id = a.id AND d.finished_at = f.finished_at RETURNING d.id
        """
    }

    static let counts: SQL = """
        SELECT queue, state, count(*),
            make_interval(secs => extract(epoch FROM
                clock_timestamp() - min(CASE state WHEN 'running' THEN started_at ELSE run_at END))::float8) AS oldest
        FROM jobs GROUP BY queue, state ORDER BY queue, state
        """
}

extension NewJob.When {
    fileprivate var moment: Timestamp? { if case .at(let moment) = self { moment } else { nil } }
    fileprivate var delay: Duration? { if case .after(let delay) = self { delay.inMicroseconds } else { nil } }
}

extension Duration {
    /// As exact as an interval can be.
    var inMicroseconds: Duration {
        let (seconds, attoseconds) = components
        return .seconds(seconds) + .microseconds(attoseconds / 1_000_000_000_000)
    }

    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
