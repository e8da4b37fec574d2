-- Takes many webhooks at once, each of a leg whose call is known and each of another call; what take_webhook says holds for each.
--
-- Only if all of them are plain: never taken before, their legs of the calls they were decided for. If one is not, nothing is
-- written, and `are_plain` says which ones are: those can come again together, the others one by one. Whatever else is in the way (a
-- webhook that is taken elsewhere at the same moment, a lane that changed) is an error, which undoes all of it.
--
-- No lock on the legs: what it guards is a leg that gets its call, and these have theirs. The inbox's rows come in one order, and
-- before the lanes, so that nobody waits in a circle.
CREATE FUNCTION take_webhooks(
    providers text[], notice_ids text[], signed timestamptz[], digests bytea[], controls text[],
    stream_ids uuid[], organization_ids uuid[], stream_lanes smallint[], starts int[], counts int[],
    event_ids uuid[], types text[], schema_versions smallint[], occurred timestamptz[], payloads jsonb[], metas jsonb[],
    key_ids bigint[], batches int[],
    OUT are_plain boolean[]
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    total CONSTANT int := cardinality(notice_ids);
    written int;
    verdicts smallint[];
BEGIN
    SELECT array_agg(l.stream_id IS NOT NULL AND i.provider_event_id IS NULL ORDER BY w.n) INTO are_plain
    FROM unnest(providers, notice_ids, controls, stream_ids) WITH ORDINALITY AS w(provider, notice, control, stream, n)
    LEFT JOIN carrier_legs l ON l.carrier = w.provider AND l.control_id = w.control AND l.stream_id = w.stream
    LEFT JOIN webhook_inbox i ON i.provider = w.provider AND i.provider_event_id = w.notice;
    IF false = ANY (are_plain) THEN RETURN; END IF;

    INSERT INTO webhook_inbox (provider, provider_event_id, signed_at, organization_id, stream_id, body_sha256, verdict)
    SELECT w.provider, w.notice, w.signed, w.organization, w.stream, w.digest, 'applied'
    FROM unnest(providers, notice_ids, signed, organization_ids, stream_ids, digests)
        AS w(provider, notice, signed, organization, stream, digest)
    ORDER BY w.provider, w.notice
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < total THEN
        RAISE EXCEPTION 'a webhook was taken meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;

    SELECT a.verdicts INTO verdicts FROM append_events(
        stream_ids, array_fill('call'::text, ARRAY[total]), organization_ids, stream_lanes, array_fill(0, ARRAY[total]),
        starts, counts, event_ids, types, schema_versions, occurred, payloads, metas, key_ids, batches) AS a;
    IF 1 <> ANY (verdicts) THEN
        RAISE EXCEPTION 'the events of a webhook do not plainly continue their call' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
