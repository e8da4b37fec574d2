-- Appends to a handful of streams: the same as append_events where each sub-batch plainly continues its stream or begins it,
-- and nothing at all, with verdicts left null, where one doesn't.
--
-- At a few events per flush, what costs is not the rows but beginning statements made for a thousand of them. Here every
-- look is one probe of one index, a third of the work for a single event. docs/event-log.md has the figures.
CREATE FUNCTION append_few(
    stream_ids uuid[], kinds text[], organization_ids uuid[], stream_lanes smallint[], first_versions int[],
    starts int[], counts int[],
    event_ids uuid[], types text[], schema_versions smallint[], occurred timestamptz[], payloads jsonb[], metas jsonb[],
    key_ids bigint[], batches int[],
    OUT verdicts smallint[], OUT lanes smallint[], OUT currents int[], OUT stored int[],
    OUT lowest_versions int[], OUT highest_versions int[], OUT first_positions bigint[], OUT last_positions bigint[],
    OUT lock_wait_us bigint
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    asked timestamptz := clock_timestamp();
    space int := 'events'::regclass::oid::int;
    heads bigint[];
    head bigint;
    last_version int;
    last_lane smallint;
    last_owner uuid;
    begins boolean[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events can only be appended at READ COMMITTED: an older snapshot does not see the head of the lane'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;

    -- In ascending order, so that two writers never wait for each other.
    IF cardinality(stream_lanes) = 1 THEN
        PERFORM pg_advisory_xact_lock(space, stream_lanes[1]);
    ELSE
        PERFORM pg_advisory_xact_lock(space, l)
        FROM (SELECT DISTINCT unnest(stream_lanes) AS l ORDER BY l OFFSET 0) AS sorted;
    END IF;
    lock_wait_us := 1e6 * extract(epoch FROM clock_timestamp() - asked);

    FOR i IN 1..cardinality(stream_ids) LOOP
        SELECT e.version, e.lane, e.organization_id INTO last_version, last_lane, last_owner FROM events e
        WHERE e.stream_id = stream_ids[i] AND e.version >= first_versions[i] - 1 ORDER BY e.version DESC LIMIT 1;
        begins[i] := last_version IS NULL;
        IF begins[i] THEN
            IF first_versions[i] > 1 OR EXISTS (SELECT FROM streams s WHERE s.stream_id = stream_ids[i]) THEN RETURN; END IF;
            last_version := 0;
        ELSIF last_lane <> stream_lanes[i] OR last_owner <> organization_ids[i]
            OR first_versions[i] NOT IN (0, last_version + 1) THEN
            RETURN;
        END IF;
        IF first_versions[i] = 0 AND EXISTS (
            SELECT FROM append_keys a WHERE a.event_id = ANY (event_ids[starts[i] + 1:starts[i] + counts[i]])) THEN
            RETURN;
        END IF;
        -- Behind the head and what precedes in this batch.
        head := heads[stream_lanes[i]];
        IF head IS NULL THEN
            SELECT e.position INTO head FROM events e WHERE e.lane = stream_lanes[i] ORDER BY e.position DESC LIMIT 1;
            head := coalesce(head, 0);
        END IF;
        heads[stream_lanes[i]] := head + counts[i];
        currents[i] := last_version;
        stored[i] := 0;
        lowest_versions[i] := last_version + 1;
        highest_versions[i] := last_version + counts[i];
        first_positions[i] := head + 1;
        last_positions[i] := head + counts[i];
    END LOOP;

    FOR i IN 1..cardinality(stream_ids) LOOP
        IF begins[i] THEN
            INSERT INTO streams (stream_id, organization_id, lane, kind)
            VALUES (stream_ids[i], organization_ids[i], stream_lanes[i], kinds[i])
            ON CONFLICT (stream_id) DO NOTHING;
        END IF;
    END LOOP;

    INSERT INTO events (position, occurred_at, stream_id, event_id, organization_id, key_id, version, lane,
        schema_version, type, payload, meta)
    SELECT first_positions[i.batch] + i.place, i.occurred_at, stream_ids[i.batch], i.event_id,
        organization_ids[i.batch], i.key_id, lowest_versions[i.batch] + i.place, stream_lanes[i.batch],
        i.schema_version, i.type, i.payload, i.meta
    FROM (
        SELECT e.*, e.n - starts[e.batch] - 1 AS place
        FROM (
            SELECT unnest(event_ids) AS event_id, unnest(types) AS type, unnest(schema_versions) AS schema_version,
                unnest(occurred) AS occurred_at, unnest(payloads) AS payload, unnest(metas) AS meta,
                unnest(key_ids) AS key_id, unnest(batches) AS batch, generate_series(1, cardinality(event_ids)) AS n
        ) AS e
    ) AS i;

    IF 0 = ANY (first_versions) THEN
        INSERT INTO append_keys (event_id, stream_id, version)
        SELECT e.event_id, stream_ids[e.batch], currents[e.batch] + (e.n - starts[e.batch])::int
        FROM unnest(event_ids, batches) WITH ORDINALITY AS e(event_id, batch, n)
        WHERE first_versions[e.batch] = 0;
    END IF;

    lanes := stream_lanes;
    verdicts := array_fill(1::smallint, ARRAY[cardinality(stream_ids)]);
END
$$;
