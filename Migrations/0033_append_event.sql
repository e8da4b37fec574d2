-- Appends one event at a version that was said, which most appends are, and answers as append_events does.
--
-- Where it plainly continues its stream, that is one statement behind the lane's lock: what is read after the lock needs a
-- snapshot taken after it. All else is append_events' to judge. What stands between a call and its statement is what costs here,
-- so it takes no arrays apart, and has no settings of its own to put in force and take back: who calls it sets for its session
-- plan_cache_mode to force_generic_plan, and enable_seqscan to off.
CREATE FUNCTION append_event(
    stream uuid, kind text, organization uuid, stream_lane smallint, first_version int,
    event uuid, type text, schema_version smallint, occurred timestamptz, payload jsonb, meta jsonb, key bigint,
    OUT verdicts smallint[], OUT lanes smallint[], OUT currents int[], OUT stored int[],
    OUT lowest_versions int[], OUT highest_versions int[], OUT first_positions bigint[], OUT last_positions bigint[],
    OUT lock_wait_us bigint
) LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    asked timestamptz := clock_timestamp();
    waited bigint;
    appended_at bigint;
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
        append_event.schema_version, append_event.type, append_event.payload, append_event.meta
    FROM (
        SELECT l.version, l.lane, l.organization_id FROM events l
        WHERE l.stream_id = stream AND l.version >= first_version - 1 ORDER BY l.version DESC LIMIT 1
    ) AS last,
    LATERAL (SELECT h.position FROM events h WHERE h.lane = stream_lane ORDER BY h.position DESC LIMIT 1) AS head
    WHERE last.version = first_version - 1 AND last.lane = stream_lane AND last.organization_id = organization
    RETURNING e.position INTO appended_at;

    IF appended_at IS NULL THEN
        waited := lock_wait_us;
        SELECT * INTO verdicts, lanes, currents, stored, lowest_versions, highest_versions, first_positions,
            last_positions, lock_wait_us
        FROM append_events(ARRAY[stream], ARRAY[append_event.kind], ARRAY[organization], ARRAY[stream_lane],
            ARRAY[first_version], ARRAY[0], ARRAY[1], ARRAY[event], ARRAY[append_event.type],
            ARRAY[append_event.schema_version], ARRAY[occurred], ARRAY[append_event.payload], ARRAY[append_event.meta],
            ARRAY[key], ARRAY[1]);
        lock_wait_us := lock_wait_us + waited;
        RETURN;
    END IF;
    verdicts := ARRAY[1::smallint];
    lanes := ARRAY[stream_lane];
    currents := ARRAY[first_version - 1];
    stored := ARRAY[0];
    lowest_versions := ARRAY[first_version];
    highest_versions := lowest_versions;
    first_positions := ARRAY[appended_at];
    last_positions := first_positions;
END
$$;

-- As 0013 made it: one event by itself no longer comes this way first.
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
BEGIN
    IF cardinality(stream_ids) <= few THEN
        SELECT * INTO verdicts, lanes, currents, stored, lowest_versions, highest_versions, first_positions,
            last_positions, lock_wait_us
        FROM append_few(stream_ids, kinds, organization_ids, stream_lanes, first_versions, starts, counts, event_ids,
            types, schema_versions, occurred, payloads, metas, key_ids, batches);
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
DROP FUNCTION append_one(uuid, uuid, smallint, int, uuid, text, smallint, timestamptz, jsonb, jsonb, bigint);
