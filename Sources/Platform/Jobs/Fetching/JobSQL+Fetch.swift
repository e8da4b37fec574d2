import Crypto
import Postgres

extension JobSQL {
    /// How many jobs that have fallen due one fetch makes available.
    static let stagedMax: Int32 = 1000
    /// "jobs", as the first half of an advisory lock.
    private static let lockSpace: Int32 = 0x6A6F_6273

    /// The statements of one fetch, which are one transaction; the last one answers the numbers of the jobs, and only them.
    ///
    /// Who fetches from a queue stands in line: that is what makes the limits exact, which are counted. The lock is a
    /// statement by itself, because the one that takes it still sees what was there before.
    static func fetch(_ order: FetchOrder) -> [SQL] {
        var batch: [SQL] = [
            """
            SELECT pg_advisory_xact_lock(\(lockSpace), hashtext(current_schema() || '.' || \(order.queue)))
            """
        ]
        if !order.buckets.isEmpty {
            // In one order: two queues may share buckets.
            batch.append(
                "SELECT bucket FROM rate_limits WHERE bucket = ANY(\(order.buckets)) ORDER BY bucket FOR UPDATE")
        }
        batch.append(
            """
            UPDATE jobs SET state = 'available' WHERE id IN (
                SELECT id FROM jobs WHERE queue = \(order.queue) AND state IN ('scheduled', 'retry')
                    AND run_at <= statement_timestamp()
                ORDER BY run_at LIMIT \(stagedMax) FOR UPDATE SKIP LOCKED
            )
            """)
        batch.append(take(order))
        return batch
    }

    /// Looks only at kinds that have room, so that a kind at its limit does not stand in the way of another; hops from
    /// organization to organization in the index; takes turns between them, of which each that runs counts as one.
    private static func take(_ order: FetchOrder) -> SQL {
        """
        WITH RECURSIVE handled AS (
            SELECT h.kind, h.bucket, least(\(Int64(order.limit)), h.running_max - (
                SELECT count(*) FROM jobs AS r WHERE r.state = 'running' AND r.kind = h.kind
            )) AS room
            FROM unnest(
                \(order.kinds.map(\.name)), \(order.kinds.map { Int64($0.runningMax ?? .max) }),
                \(order.kinds.map(\.bucket))
            ) AS h (kind, running_max, bucket)
        ),
        buckets AS MATERIALIZED (
            SELECT bucket, least(
                burst, tokens + rate * greatest(0, extract(epoch FROM clock_timestamp() - refilled_at)::float8)
            ) AS tokens
            FROM rate_limits WHERE bucket = ANY(\(order.buckets))
        ),
        open_kinds AS MATERIALIZED (
            SELECT h.kind, h.bucket, h.room, b.tokens FROM handled AS h LEFT JOIN buckets AS b USING (bucket)
            WHERE h.room > 0 AND (h.bucket IS NULL OR b.tokens >= 1)
        ),
        shares (kind, share_id) AS (
            SELECT o.kind, one.share_id FROM open_kinds AS o CROSS JOIN LATERAL (
                SELECT j.share_id FROM jobs AS j
                WHERE j.state = 'available' AND j.queue = \(order.queue) AND j.kind = o.kind
                ORDER BY j.share_id LIMIT 1
            ) AS one
            UNION ALL
            SELECT s.kind, one.share_id FROM shares AS s CROSS JOIN LATERAL (
                SELECT j.share_id FROM jobs AS j
                WHERE j.state = 'available' AND j.queue = \(order.queue) AND j.kind = s.kind
                    AND j.share_id > s.share_id
                ORDER BY j.share_id LIMIT 1
            ) AS one
        ),
        busy AS MATERIALIZED (
            SELECT share_id, count(*) AS running FROM jobs WHERE state = 'running' AND queue = \(order.queue)
            GROUP BY share_id
        ),
        candidates AS (
            SELECT c.id, c.priority, c.run_at, o.kind, o.bucket, o.room, o.tokens,
                coalesce(b.running, 0) + row_number() OVER (
                    PARTITION BY s.share_id ORDER BY c.priority, c.run_at, c.id
                ) AS turn
            FROM shares AS s JOIN open_kinds AS o USING (kind) LEFT JOIN busy AS b USING (share_id)
            CROSS JOIN LATERAL (
                SELECT j.id, j.priority, j.run_at FROM jobs AS j
                WHERE j.state = 'available' AND j.queue = \(order.queue) AND j.kind = s.kind
                    AND j.share_id = s.share_id
                ORDER BY j.priority, j.run_at, j.id LIMIT o.room
            ) AS c
        ),
        placed AS (
            SELECT *, row_number() OVER (PARTITION BY kind ORDER BY turn, priority, run_at, id) AS place_in_kind,
                row_number() OVER (PARTITION BY bucket ORDER BY turn, priority, run_at, id) AS place_in_bucket
            FROM candidates WHERE turn <= \(Int64(order.organizationRunningMax ?? .max))
        ),
        chosen AS (
            SELECT id FROM placed WHERE place_in_kind <= room AND (bucket IS NULL OR place_in_bucket <= tokens)
            ORDER BY turn, priority, run_at, id LIMIT \(Int64(order.limit))
        ),
        locked AS MATERIALIZED (
            SELECT j.id FROM jobs AS j WHERE j.id IN (SELECT id FROM chosen) AND j.state = 'available'
            FOR UPDATE SKIP LOCKED
        ),
        taken AS (
            UPDATE jobs AS j
            SET state = 'running', attempt = j.attempt + 1, worker_id = \(order.worker), started_at = clock_timestamp()
            FROM locked AS l WHERE j.id = l.id RETURNING j.*
        ),
        spent AS (
            UPDATE rate_limits AS r SET tokens = greatest(0, b.tokens - s.count), refilled_at = clock_timestamp()
            FROM buckets AS b JOIN (
                SELECT o.bucket, count(*) AS count FROM taken AS t JOIN open_kinds AS o USING (kind) GROUP BY o.bucket
            ) AS s USING (bucket)
            WHERE r.bucket = b.bucket
        )
        SELECT id FROM taken
        """
    }

    /// What the jobs say that were taken.
    static func read(_ ids: [JobID], of worker: UUID) -> SQL {
        """
        SELECT id, attempt, kind, args, organization_id, unique_key, max_attempts, timeout_ms, created_at,
            cancel_requested
        FROM jobs WHERE id = ANY(\(ids.map(\.number))) AND state = 'running' AND worker_id = \(worker)
        ORDER BY priority, run_at, id
        """
    }

    /// The worker's word stands: it was configured last.
    static func keepBuckets(_ limits: [RateLimit]) -> SQL {
        """
        INSERT INTO rate_limits AS r (bucket, tokens, rate, burst)
        SELECT bucket, burst, rate, burst
        FROM unnest(\(limits.map(\.bucket)), \(limits.map(\.perSecond)), \(limits.map { Double($0.burst) }))
            AS new (bucket, rate, burst)
        ORDER BY bucket
        ON CONFLICT (bucket) DO UPDATE SET rate = excluded.rate, burst = excluded.burst
        WHERE (r.rate, r.burst) IS DISTINCT FROM (excluded.rate, excluded.burst)
        """
    }
}
