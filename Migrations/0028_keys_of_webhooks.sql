-- What a carrier or a contact list tells of people is sealed before it is taken, as everything else: `key_ids` says with which keys. What
-- waits for its call is not sealed, since a call has the key.
DROP FUNCTION take_webhook(
    text, text, timestamptz, bytea, text, text, uuid, uuid, uuid, uuid, smallint, text, uuid[], text[], smallint[], timestamptz[],
    jsonb[], jsonb[]);

-- Takes one webhook: its row in the inbox, the leg, and the events in the log, all of it or nothing.
--
-- `told` is what the caller has decided from what it had read before. If another webhook of the leg was quicker, it decided on
-- something that is no longer so: the answer is `moved`, nothing was written, and it looks again.
--
-- `end_id` is the id of the end of the call that `stream` is: what waited without knowing the call gets it when it is released.
--
-- Answers what became of it: `duplicate` was taken before, `applied` is in the log, `waiting` will be once somebody tells
-- whose the leg is, and any other verdict is kept in the inbox as it was told.
CREATE FUNCTION take_webhook(
    provider text, notice_id text, signed timestamptz, digest bytea, told text,
    control text, expected_stream uuid, stream uuid, end_id uuid, organization uuid, lane smallint, kind text,
    event_ids uuid[], types text[], schema_versions smallint[], occurred timestamptz[], payloads jsonb[], metas jsonb[],
    key_ids bigint[] DEFAULT NULL,
    OUT verdict text, OUT first_version int, OUT last_version int
) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    known uuid;
    answer record;
    total int;
    tries int := 0;
BEGIN
    key_ids := coalesce(key_ids, array_fill(NULL::bigint, ARRAY[cardinality(event_ids)]));
    -- Those of one leg come one after the other. Its lock is taken before the lane's, by everybody.
    PERFORM pg_advisory_xact_lock('carrier_legs'::regclass::oid::int, hashtext(provider || ':' || coalesce(control, notice_id)));

    IF EXISTS (SELECT FROM webhook_inbox i WHERE i.provider = take_webhook.provider AND i.provider_event_id = notice_id) THEN
        verdict := 'duplicate';
        RETURN;
    END IF;
    SELECT l.stream_id INTO known FROM carrier_legs l WHERE l.carrier = provider AND l.control_id = control;
    IF known IS DISTINCT FROM expected_stream THEN
        verdict := 'moved';
        RETURN;
    END IF;

    verdict := told;
    INSERT INTO webhook_inbox (provider, provider_event_id, signed_at, organization_id, stream_id, body_sha256, verdict)
    VALUES (provider, notice_id, signed, organization, stream, digest, told)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        verdict := 'duplicate';
        RETURN;
    END IF;

    IF told = 'waiting' THEN
        INSERT INTO waiting_facts (event_id, carrier, control_id, occurred_at, schema_version, type, payload, meta)
        SELECT e.id, provider, control, e.moment, e.revision, e.type, e.payload, e.meta
        FROM unnest(event_ids, occurred, schema_versions, types, payloads, metas) AS e(id, moment, revision, type, payload, meta)
        ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    IF told <> 'applied' THEN RETURN; END IF;

    IF control IS NOT NULL AND known IS NULL THEN
        INSERT INTO carrier_legs (carrier, control_id, stream_id, organization_id)
        VALUES (provider, control, stream, organization);
        -- What was told of the leg before it had a call happened in this one.
        WITH released AS (
            DELETE FROM waiting_facts w WHERE w.carrier = provider AND w.control_id = control RETURNING w.*
        )
        SELECT event_ids || coalesce(array_agg(
                CASE r.type WHEN 'call.ended' THEN end_id ELSE r.event_id END ORDER BY r.occurred_at, r.event_id), '{}'),
            types || coalesce(array_agg(r.type ORDER BY r.occurred_at, r.event_id), '{}'),
            schema_versions || coalesce(array_agg(r.schema_version ORDER BY r.occurred_at, r.event_id), '{}'),
            occurred || coalesce(array_agg(r.occurred_at ORDER BY r.occurred_at, r.event_id), '{}'),
            payloads || coalesce(array_agg(r.payload ORDER BY r.occurred_at, r.event_id), '{}'),
            metas || coalesce(array_agg(r.meta ORDER BY r.occurred_at, r.event_id), '{}'),
            key_ids || array_fill(NULL::bigint, ARRAY[count(*)::int])
        INTO event_ids, types, schema_versions, occurred, payloads, metas, key_ids
        FROM released r
        WHERE r.type <> 'call.ended' OR NOT 'call.ended' = ANY (take_webhook.types) AND NOT EXISTS (
            SELECT FROM released o
            WHERE o.type = 'call.ended' AND (o.occurred_at, o.event_id) < (r.occurred_at, r.event_id));
    END IF;

    LOOP
        -- Looked at again after each attempt: who told it meanwhile had the lane before us.
        IF cardinality(event_ids) > 1 AND end_id = ANY (event_ids)
            AND EXISTS (SELECT FROM append_keys a WHERE a.event_id = end_id)
        THEN
            SELECT array_agg(e.id ORDER BY e.n), array_agg(e.type ORDER BY e.n), array_agg(e.revision ORDER BY e.n),
                array_agg(e.moment ORDER BY e.n), array_agg(e.payload ORDER BY e.n), array_agg(e.meta ORDER BY e.n),
                array_agg(e.key ORDER BY e.n)
            INTO event_ids, types, schema_versions, occurred, payloads, metas, key_ids
            FROM unnest(event_ids, types, schema_versions, occurred, payloads, metas, key_ids) WITH ORDINALITY
                AS e(id, type, revision, moment, payload, meta, key, n)
            WHERE e.id <> end_id;
        END IF;
        total := cardinality(event_ids);
        IF total = 0 THEN RETURN; END IF;
        SELECT * INTO answer FROM append_events(
            ARRAY[stream], ARRAY[kind], ARRAY[organization], ARRAY[lane], ARRAY[0], ARRAY[0], ARRAY[total],
            event_ids, types, schema_versions, occurred, payloads, metas,
            key_ids, array_fill(1, ARRAY[total]));
        EXIT WHEN answer.verdicts[1] IN (1, 2, 4) OR tries > 1;
        -- The stream is older than the number of lanes that its lane was reckoned with.
        IF answer.verdicts[1] = 5 THEN lane := answer.lanes[1]; END IF;
        tries := tries + 1;
    END LOOP;
    IF answer.verdicts[1] NOT IN (1, 2) THEN
        RAISE EXCEPTION 'the events of a webhook can not be appended: verdict %', answer.verdicts[1]
            USING ERRCODE = 'data_exception', HINT = 'Another organization has the stream, or one of the events stands elsewhere.';
    END IF;
    first_version := answer.lowest_versions[1];
    last_version := answer.highest_versions[1];
END
$$;
