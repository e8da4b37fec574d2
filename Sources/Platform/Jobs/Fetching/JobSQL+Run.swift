import Crypto
import Postgres

/// What is written about a run. Every statement carries the fence.
extension JobSQL {
    static func fence(_ ticket: JobTicket) -> SQL {
        """
        id = \(ticket.id.number) AND state = 'running' AND worker_id = \(ticket.worker) \
        AND attempt = \(Int32(clamping: ticket.attempt))
        """
    }

    /// Moves runs of one worker that ended well into the history; answers those that were still its own.
    static func complete(_ runs: [JobTicket], of worker: UUID) -> SQL {
        """
        WITH gone AS (
            DELETE FROM jobs AS j
            USING unnest(\(runs.map(\.id.number)), \(runs.map { Int32(clamping: $0.attempt) })) AS run (id, attempt)
            WHERE j.id = run.id AND j.state = 'running' AND j.worker_id = \(worker) AND j.attempt = run.attempt
            RETURNING j.*
        )
        INSERT INTO jobs_done (\(kept), errors, outcome) SELECT \(kept), errors, 'completed' FROM gone RETURNING id
        """
    }

    /// Which of these runs the history says to have ended: for who lost the answer.
    static func ended(_ runs: [JobTicket], of worker: UUID) -> SQL {
        """
        SELECT d.id FROM jobs_done AS d
        JOIN unnest(\(runs.map(\.id.number)), \(runs.map { Int32(clamping: $0.attempt) })) AS run (id, attempt)
            ON d.id = run.id AND d.attempt = run.attempt
        WHERE d.worker_id = \(worker) AND d.finished_at > now() - interval '1 day'
        """
    }

    /// A failed run: again after `delay`, or never. Answers how many were discarded, cancelled and put off.
    static func fail(_ ticket: JobTicket, _ reason: String, delay: Duration, isFinal: Bool) -> SQL {
        """
        WITH mine AS MATERIALIZED (
            SELECT id, cancel_requested OR attempt >= max_attempts OR \(isFinal) AS is_last,
                job_errors(errors, attempt, \(reason)) AS errors
            FROM jobs WHERE \(fence(ticket)) FOR UPDATE
        ),
        gone AS (DELETE FROM jobs AS j USING mine AS m WHERE j.id = m.id AND m.is_last RETURNING j.*),
        done AS (
            INSERT INTO jobs_done (\(kept), errors, outcome)
            SELECT \(kept), (SELECT m.errors FROM mine AS m),
                CASE WHEN cancel_requested THEN 'cancelled' ELSE 'discarded' END
            FROM gone RETURNING outcome
        ),
        again AS (
            UPDATE jobs AS j SET state = 'retry', run_at = clock_timestamp() + \(delay), worker_id = NULL,
                started_at = NULL, errors = m.errors
            FROM mine AS m WHERE j.id = m.id AND NOT m.is_last RETURNING 1
        )
        SELECT (SELECT count(*) FROM done WHERE outcome = 'discarded'),
            (SELECT count(*) FROM done WHERE outcome = 'cancelled'), (SELECT count(*) FROM again)
        """
    }

    /// The run asked for a pause, which is no failure.
    static func snooze(_ ticket: JobTicket, _ pause: Duration) -> SQL {
        """
        UPDATE jobs SET state = 'scheduled', run_at = clock_timestamp() + \(pause), attempt = attempt - 1,
            worker_id = NULL, started_at = NULL
        WHERE \(fence(ticket))
        """
    }

    /// The run was interrupted, which is no failure either.
    static func handBack(_ ticket: JobTicket) -> SQL {
        """
        UPDATE jobs SET state = 'available', attempt = attempt - 1, worker_id = NULL, started_at = NULL
        WHERE \(fence(ticket))
        """
    }

    /// A run that its worker knows nothing of: the answer to a fetch was lost. The attempt is not given back, because
    /// the same worker may fetch the job again and must not hold the same ticket twice.
    static func letGo(_ ticket: JobTicket) -> SQL {
        "UPDATE jobs SET state = 'available', worker_id = NULL, started_at = NULL WHERE \(fence(ticket))"
    }
}
