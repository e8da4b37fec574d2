-- Appends one event that plainly continues its stream at a version that was said, which most appends are; nothing at all, with
-- `appended_at` left null, where it does not.
--
-- What append_few does in seven statements, arrays taken apart and put together again, is here one, behind the lane's lock: what is
-- read after the lock needs a snapshot taken after it.
CREATE FUNCTION append_one(
    stream uuid, organization uuid, stream_lane smallint, first_version int,
    event uuid, type text, schema_version smallint, occurred timestamptz, payload jsonb, meta jsonb, key bigint,
    OUT appended_at bigint, OUT lock_wait_us bigint
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    asked timestamptz := clock_timestamp();
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events can only be appended at READ COMMITTED: an older snapshot does not see the head of the lane'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;

    PERFORM pg_advisory_xact_lock('events'::regclass::oid::int, stream_lane);
    lock_wait_us := 1e6 * extract(epoch FROM clock_timestamp() - asked);

    INSERT INTO events AS e (position, occurred_at, stream_id, event_id, organization_id, key_id, version, lane,
        schema_version, type, payload, meta)
    SELECT head.position + 1, occurred, stream, event, organization, key, first_version, stream_lane,
        append_one.schema_version, append_one.type, append_one.payload, append_one.meta
    FROM (
        SELECT l.version, l.lane, l.organization_id FROM events l
        WHERE l.stream_id = stream AND l.version >= first_version - 1 ORDER BY l.version DESC LIMIT 1
    ) AS last,
    LATERAL (SELECT h.position FROM events h WHERE h.lane = stream_lane ORDER BY h.position DESC LIMIT 1) AS head
    WHERE last.version = first_version - 1 AND last.lane = stream_lane AND last.organization_id = organization
    RETURNING e.position INTO appended_at;
END
$$;

-- The same as 0013 made it, with the way for one event before the way for a few.
CREATE OR REPLACE FUNCTION append_events(
    stream_ids uuid[], kinds text[], organization_ids uuid[], stream_lanes smallint[], first_versions int[],
    starts int[], counts int[],
    event_ids uuid[], types text[], schema_versions smallint[], occurred timestamptz[], payloads jsonb[], metas jsonb[],
    key_ids bigint[], batches int[],
    OUT verdicts smallint[], OUT lanes smallint[], OUT currents int[], OUT stored int[],
    OUT lowest_versions int[], OUT highest_versions int[], OUT first_positions bigint[], OUT last_positions bigint[],
    OUT lock_wait_us bigint
) LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    -- More streams than this are judged quicker by one statement than one by one.
    few CONSTANT int := 8;
    waited bigint := 0;
    appended_at bigint;
BEGIN
    IF cardinality(stream_ids) = 1 AND cardinality(event_ids) = 1 AND first_versions[1] > 1 THEN
        SELECT * INTO appended_at, lock_wait_us
        FROM append_one(stream_ids[1], organization_ids[1], stream_lanes[1], first_versions[1], event_ids[1], types[1],
            schema_versions[1], occurred[1], payloads[1], metas[1], key_ids[1]);
        IF appended_at IS NOT NULL THEN
            verdicts := ARRAY[1::smallint];
            lanes := stream_lanes;
            currents := ARRAY[first_versions[1] - 1];
            stored := ARRAY[0];
            lowest_versions := first_versions;
            highest_versions := first_versions;
            first_positions := ARRAY[appended_at];
            last_positions := first_positions;
            RETURN;
        END IF;
        waited := lock_wait_us;
    END IF;
    IF cardinality(stream_ids) <= few THEN
        SELECT * INTO verdicts, lanes, currents, stored, lowest_versions, highest_versions, first_positions,
            last_positions, lock_wait_us
        FROM append_few(stream_ids, kinds, organization_ids, stream_lanes, first_versions, starts, counts, event_ids,
            types, schema_versions, occurred, payloads, metas, key_ids, batches);
        lock_wait_us := lock_wait_us + waited;
        IF verdicts IS NOT NULL THEN RETURN; END IF;
        waited := lock_wait_us;
    END IF;
    SELECT * INTO verdicts, lanes, currents, stored, lowest_versions, highest_versions, first_positions,
        last_positions, lock_wait_us
    FROM append_many(stream_ids, kinds, organization_ids, stream_lanes, first_versions, starts, counts, event_ids,
        types, schema_versions, occurred, payloads, metas, key_ids, batches);
    lock_wait_us := lock_wait_us + waited;
END
$$;
