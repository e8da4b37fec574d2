-- The one way into the log: what 0003 says of arguments and verdicts holds. A few streams go the short way (append_few) as long
-- as all is plain, everything else the long one (append_many).
DROP FUNCTION append_events(
    uuid[], text[], uuid[], smallint[], int[], int[], int[], uuid[], text[], smallint[], timestamptz[], jsonb[], jsonb[],
    bigint[], int[]);

CREATE FUNCTION append_events(
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
