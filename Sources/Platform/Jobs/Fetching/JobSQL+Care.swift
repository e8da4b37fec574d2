import Crypto
import Postgres

extension JobSQL {
    static let rescuedPerStatementMax: Int32 = 500

    /// Says that the worker lives; answers what the database believes to be running there.
    static func beat(_ worker: UUID, label: String, isDraining: Bool) -> SQL {
        """
        WITH beat AS (
            INSERT INTO job_workers (worker_id, label, draining) VALUES (\(worker), \(label), \(isDraining))
            ON CONFLICT (worker_id) DO UPDATE SET heartbeat_at = clock_timestamp(), draining = excluded.draining
        )
        SELECT id, attempt, cancel_requested FROM jobs WHERE worker_id = \(worker) AND state = 'running'
        """
    }

    static func signOff(_ worker: UUID) -> SQL { "DELETE FROM job_workers WHERE worker_id = \(worker)" }

    /// Takes jobs back from workers that fell silent, and jobs that ran longer than they may and `grace`.
    ///
    /// One statement, and rows that somebody is just writing are left alone: what is completed meanwhile stays so. Answers
    /// how many run again and how many have ended, because they may not be tried again or were to be cancelled.
    static func rescue(silentFor silence: Duration, grace: Duration) -> SQL {
        """
        WITH stuck AS MATERIALIZED (
            SELECT j.id, j.cancel_requested OR j.attempt >= j.max_attempts AS is_last,
                job_errors(j.errors, j.attempt, CASE
                    WHEN w.heartbeat_at > clock_timestamp() - \(silence) THEN 'rescued: it ran too long'
                    ELSE 'rescued: its worker fell silent' END) AS errors
            FROM jobs AS j LEFT JOIN job_workers AS w ON w.worker_id = j.worker_id
            WHERE j.state = 'running' AND (
                w.worker_id IS NULL OR w.heartbeat_at < clock_timestamp() - \(silence)
                OR j.started_at < clock_timestamp() - j.timeout_ms * interval '1 ms' - \(grace)
            )
            ORDER BY j.id LIMIT \(rescuedPerStatementMax) FOR UPDATE OF j SKIP LOCKED
        ),
        gone AS (
            DELETE FROM jobs AS j USING stuck AS s WHERE j.id = s.id AND j.state = 'running' AND s.is_last
            RETURNING \(withErrors)
        ),
        done AS (
            INSERT INTO jobs_done (\(kept), errors, outcome)
            SELECT \(kept), errors, CASE WHEN cancel_requested THEN 'cancelled' ELSE 'discarded' END FROM gone
            RETURNING 1
        ),
        again AS (
            UPDATE jobs AS j SET state = 'available', run_at = clock_timestamp(), worker_id = NULL, started_at = NULL,
                errors = s.errors
            FROM stuck AS s WHERE j.id = s.id AND j.state = 'running' AND NOT s.is_last RETURNING 1
        )
        SELECT (SELECT count(*) FROM again), (SELECT count(*) FROM done)
        """
    }

    private static let withErrors: SQL = """
        j.id, j.run_at, j.created_at, j.started_at, j.organization_id, j.worker_id, j.attempt, j.max_attempts, \
        j.timeout_ms, j.priority, j.queue, j.kind, j.unique_key, j.args, j.cancel_requested, s.errors
        """

    /// Workers that fell silent a day ago have nothing left to be rescued; of each schedule's runs the last is kept, and
    /// those of a month.
    static let forget: [SQL] = [
        """
        DELETE FROM job_workers AS w WHERE heartbeat_at < clock_timestamp() - interval '1 day'
            AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.worker_id = w.worker_id AND j.state = 'running')
        """,
        """
        DELETE FROM periodic_runs AS p WHERE due_at < clock_timestamp() - interval '30 days'
            AND EXISTS (SELECT 1 FROM periodic_runs AS later WHERE later.name = p.name AND later.due_at > p.due_at)
        """,
    ]
}
