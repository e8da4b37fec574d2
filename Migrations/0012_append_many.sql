-- Appends any batch, however large, and judges each sub-batch: what 0003 called append_events, with one thing changed. There,
-- whether a stream is new was asked by NOT EXISTS within an expression; with the statistics of a young table the planner
-- answered that by hashing all of streams, once for every flush. As a join of its own it can only be a probe of the index.
CREATE FUNCTION append_many(
    stream_ids uuid[], kinds text[], organization_ids uuid[], stream_lanes smallint[], first_versions int[],
    starts int[], counts int[],
    event_ids uuid[], types text[], schema_versions smallint[], occurred timestamptz[], payloads jsonb[], metas jsonb[],
    key_ids bigint[], batches int[],
    OUT verdicts smallint[], OUT lanes smallint[], OUT currents int[], OUT stored int[],
    OUT lowest_versions int[], OUT highest_versions int[], OUT first_positions bigint[], OUT last_positions bigint[],
    OUT lock_wait_us bigint
) LANGUAGE plpgsql
-- Statistics of a young table must not lead to a plan that is fatal for an old one.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    asked timestamptz := clock_timestamp();
    space int := 'events'::regclass::oid::int;
    heads bigint[];
    version_bases int[];
    position_bases bigint[];
    is_plain boolean;
    newcomers boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events can only be appended at READ COMMITTED: an older snapshot does not see the head of the lane'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;

    -- In ascending order, so that two writers never wait for each other.
    PERFORM pg_advisory_xact_lock(space, l) FROM (SELECT DISTINCT unnest(stream_lanes) AS l ORDER BY l OFFSET 0) AS sorted;
    lock_wait_us := 1e6 * extract(epoch FROM clock_timestamp() - asked);

    -- The head is looked up in the index: a counter's row would age under every old snapshot.
    SELECT array_agg(CASE WHEN l = ANY (stream_lanes) THEN coalesce(
        (SELECT e.position FROM events e WHERE e.lane = l ORDER BY e.position DESC LIMIT 1), 0) END ORDER BY l)
    INTO heads
    FROM generate_series(0, (SELECT max(x) FROM unnest(stream_lanes) AS x)) AS l;

    -- Nearly always every sub-batch continues its stream, or begins it. That is one look into the log for each: a stream's last
    -- event names its owner and its lane as well. From the expected version on, so that a long stream costs no more than
    -- a short one. Whatever else there may be in the batch, the long way below judges all of it.
    SELECT array_agg(base ORDER BY n), array_agg(position_base ORDER BY n), bool_and(is_next), bool_or(is_new)
    INTO version_bases, position_bases, is_plain, newcomers
    FROM (
        SELECT i.n, coalesce(e.version, 0) AS base, e.version IS NULL AS is_new,
            CASE WHEN e.version IS NULL THEN i.first <= 1 AND s.known IS NULL
                ELSE e.lane = i.lane AND e.organization_id = i.organization_id AND i.first IN (0, e.version + 1)
            END AS is_next,
            heads[i.lane + 1] - i.counts + sum(i.counts) OVER (PARTITION BY i.lane ORDER BY i.n ROWS UNBOUNDED PRECEDING)
                AS position_base
        FROM (
            SELECT unnest(stream_ids) AS stream_id, unnest(organization_ids) AS organization_id,
                unnest(stream_lanes) AS lane, unnest(first_versions) AS first, unnest(counts) AS counts,
                generate_series(1, cardinality(stream_ids)) AS n
        ) AS i
        LEFT JOIN LATERAL (
            SELECT e.version, e.lane, e.organization_id FROM events e
            WHERE e.stream_id = i.stream_id AND e.version >= i.first - 1 ORDER BY e.version DESC LIMIT 1
        ) AS e ON true
        LEFT JOIN LATERAL (
            SELECT true AS known FROM streams s WHERE s.stream_id = i.stream_id AND e.version IS NULL LIMIT 1
        ) AS s ON true
    ) AS looked;
    IF is_plain AND 0 = ANY (first_versions) THEN
        is_plain := NOT EXISTS (SELECT FROM append_keys a WHERE a.event_id = ANY (event_ids));
    END IF;

    IF is_plain THEN
        SELECT array_agg(1::smallint), array_agg(0), array_agg(i.base + 1), array_agg(i.base + i.counts),
            array_agg(i.position + 1), array_agg(i.position + i.counts)
        INTO verdicts, stored, lowest_versions, highest_versions, first_positions, last_positions
        FROM (SELECT unnest(version_bases) AS base, unnest(position_bases) AS position, unnest(counts) AS counts) AS i;
        lanes := stream_lanes;
        currents := version_bases;
    ELSE
        WITH given AS MATERIALIZED (
            SELECT i.*, s.lane AS actual, s.organization_id AS owner,
                coalesce((SELECT e.version FROM events e WHERE e.stream_id = i.stream_id ORDER BY e.version DESC LIMIT 1), 0)
                    AS current,
                -- How many are known, how many of this stream, and their first and last version.
                CASE WHEN i.first = 0 THEN (
                    SELECT ARRAY[count(*)::int, (count(*) FILTER (WHERE a.stream_id = i.stream_id))::int, min(a.version), max(a.version)]
                    FROM append_keys a WHERE a.event_id = ANY (event_ids[i.starts + 1:i.starts + i.counts])) END AS keys
            FROM unnest(stream_ids, organization_ids, stream_lanes, first_versions, starts, counts) WITH ORDINALITY
                AS i(stream_id, organization_id, lane, first, starts, counts, n)
            LEFT JOIN LATERAL (SELECT * FROM streams WHERE streams.stream_id = i.stream_id OFFSET 0) AS s ON true
        ), judged AS MATERIALIZED (
            SELECT g.*,
                CASE
                    WHEN owner <> organization_id THEN 4
                    WHEN actual <> lane THEN 5
                    WHEN first = 0 THEN CASE WHEN keys[1] = 0 THEN 1 WHEN keys[2] = counts THEN 2 ELSE 3 END
                    WHEN first > current + 1 THEN 3
                    WHEN first = current + 1 THEN 1
                    WHEN EXISTS (
                        SELECT FROM events e
                        WHERE e.stream_id = g.stream_id AND e.version BETWEEN first AND least(current, first + counts - 1)
                            AND e.event_id <> event_ids[g.starts + 1 + e.version - first]) THEN 3
                    WHEN first + counts - 1 <= current THEN 2
                    ELSE 1
                END AS verdict
            FROM given g
        ), counted AS MATERIALIZED (
            SELECT *,
                CASE verdict WHEN 2 THEN counts WHEN 1 THEN CASE WHEN first > 0 THEN current - first + 1 ELSE 0 END ELSE 0 END
                    AS known,
                CASE WHEN first = 0 THEN current ELSE first - 1 END AS version_base
            FROM judged
        ), placed AS MATERIALIZED (
            SELECT *, CASE WHEN verdict = 2 AND first = 0 THEN keys[3] ELSE version_base + 1 END AS from_version,
                CASE WHEN verdict = 2 AND first = 0 THEN keys[4] ELSE version_base + counts END AS to_version,
                -- Behind the head and what precedes in this batch, so that the first new event gets the next position.
                heads[lane + 1] + sum(CASE verdict WHEN 1 THEN counts - known ELSE 0 END) OVER (PARTITION BY lane ORDER BY n)
                    - CASE verdict WHEN 1 THEN counts ELSE 0 END AS position_base
            FROM counted
        )
        SELECT array_agg(verdict), array_agg(coalesce(actual, lane)), array_agg(current), array_agg(known),
            array_agg(from_version), array_agg(to_version), array_agg(from_position), array_agg(to_position),
            array_agg(version_base), array_agg(position_base), bool_or(actual IS NULL AND verdict = 1)
        INTO verdicts, lanes, currents, stored, lowest_versions, highest_versions, first_positions, last_positions,
            version_bases, position_bases, newcomers
        FROM (
            SELECT p.*,
                CASE WHEN verdict > 2 THEN 0 WHEN known = 0 THEN position_base + 1 ELSE
                    (SELECT e.position FROM events e WHERE e.stream_id = p.stream_id AND e.version = from_version)
                END AS from_position,
                CASE WHEN verdict > 2 THEN 0 WHEN verdict = 1 THEN position_base + counts ELSE
                    (SELECT e.position FROM events e WHERE e.stream_id = p.stream_id AND e.version = to_version)
                END AS to_position
            FROM placed p ORDER BY n
        ) AS answers;
    END IF;

    IF newcomers THEN
        INSERT INTO streams (stream_id, organization_id, lane, kind)
        SELECT i.stream_id, i.organization_id, i.lane, i.kind
        FROM unnest(stream_ids, organization_ids, stream_lanes, kinds, verdicts, version_bases)
            AS i(stream_id, organization_id, lane, kind, verdict, base)
        WHERE i.verdict = 1 AND i.base = 0
        ON CONFLICT (stream_id) DO NOTHING;
    END IF;

    IF 1 = ANY (verdicts) THEN
        INSERT INTO events (position, occurred_at, stream_id, event_id, organization_id, key_id, version, lane,
            schema_version, type, payload, meta)
        SELECT position_bases[i.batch] + i.place, i.occurred_at, stream_ids[i.batch], i.event_id,
            organization_ids[i.batch], i.key_id, version_bases[i.batch] + i.place, stream_lanes[i.batch],
            i.schema_version, i.type, i.payload, i.meta
        FROM (
            SELECT e.*, e.n - starts[e.batch] AS place
            FROM (
                -- Side by side in the list: each in FROM would be written to a store of its own first.
                SELECT unnest(event_ids) AS event_id, unnest(types) AS type, unnest(schema_versions) AS schema_version,
                    unnest(occurred) AS occurred_at, unnest(payloads) AS payload, unnest(metas) AS meta,
                    unnest(key_ids) AS key_id, unnest(batches) AS batch, generate_series(1, cardinality(event_ids)) AS n
            ) AS e
        ) AS i
        WHERE verdicts[i.batch] = 1 AND i.place > stored[i.batch];

        IF 0 = ANY (first_versions) THEN
            INSERT INTO append_keys (event_id, stream_id, version)
            SELECT e.event_id, stream_ids[e.batch], version_bases[e.batch] + (e.n - starts[e.batch])::int
            FROM unnest(event_ids, batches) WITH ORDINALITY AS e(event_id, batch, n)
            WHERE verdicts[e.batch] = 1 AND first_versions[e.batch] = 0;
        END IF;
    END IF;
END
$$;
