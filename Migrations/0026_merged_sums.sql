-- The sums of a time that is over, added up once over all lanes: their row is that of lane -1. Readers add up whatever rows there are,
-- so they see the same figures before and after. docs/analytics.md says when.

CREATE FUNCTION index_unmerged_sums(sums regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX ON %s (begins) WHERE lane >= 0', sums);
END
$$;
REVOKE EXECUTE ON FUNCTION index_unmerged_sums FROM PUBLIC;

-- What other versions are made like it has it, too.
SELECT index_unmerged_sums(oid::regclass) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname ~ '^call_sums_v[0-9]+$';

DROP FUNCTION index_unmerged_sums;

-- Moves at most `rows_max` rows of a version's lanes into those of all lanes, of hours and days that ended before `ended`. Answers how
-- many; 0 where somebody else is at it.
--
-- It never waits for a consumer: a row that is being changed is left for the next time. Who adds to a row that goes meanwhile
-- makes a new one.
CREATE FUNCTION merge_call_sums(version int, ended timestamptz, rows_max int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    merged int;
BEGIN
    IF NOT pg_try_advisory_xact_lock('live_consumers'::regclass::oid::int, version) THEN RETURN 0; END IF;
    EXECUTE format('WITH due AS MATERIALIZED (
            SELECT organization_id, slice, begins, value, currency, lane FROM %1$I
            WHERE lane >= 0 AND begins <= $1 - interval ''1 hour'' AND (slice = ''hour'' OR begins <= $1 - interval ''1 day'')
            ORDER BY begins LIMIT $2 FOR UPDATE SKIP LOCKED
        ), taken AS (
            DELETE FROM %1$I AS t USING due AS d
            WHERE (t.organization_id, t.slice, t.begins, t.value, t.currency, t.lane)
                = (d.organization_id, d.slice, d.begins, d.value, d.currency, d.lane)
            RETURNING t.*
        ), tallies AS (
            SELECT organization_id, slice, begins, value, currency, array_agg((code << 32) + count ORDER BY code) AS tally FROM (
                SELECT organization_id, slice, begins, value, currency, tally_code(number) AS code,
                    sum(tally_count(number))::bigint AS count
                FROM taken, unnest(taken.tally) AS number GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(tally_count(number)) <> 0) AS codes
            GROUP BY 1, 2, 3, 4, 5
        ), sums AS (
            SELECT organization_id, slice, begins, value, currency, sum(calls) AS calls, sum(answered) AS answered,
                sum(ended) AS ended, sum(failed) AS failed, sum(judged) AS judged, sum(successful) AS successful, sum(rated) AS rated,
                sum(sentiment_micros) AS sentiment_micros, sum(positive) AS positive, sum(negative) AS negative,
                sum(duration_ms) AS duration_ms, sum(turns) AS turns, sum(tool_uses) AS tool_uses,
                sum(interruptions) AS interruptions, sum(errors) AS errors, sum(fallbacks) AS fallbacks, sum(settled) AS settled,
                sum(stt_micros) AS stt_micros, sum(llm_micros) AS llm_micros, sum(tts_micros) AS tts_micros,
                sum(telephony_micros) AS telephony_micros, sum(analysis_micros) AS analysis_micros, count(*) AS rows
            FROM taken GROUP BY 1, 2, 3, 4, 5
        ), added AS (
            INSERT INTO %1$I AS t (
                organization_id, slice, begins, value, currency, lane, calls, answered, ended, failed, judged, successful, rated,
                sentiment_micros, positive, negative, duration_ms, turns, tool_uses, interruptions, errors, fallbacks, settled,
                stt_micros, llm_micros, tts_micros, telephony_micros, analysis_micros, tally
            )
            SELECT s.organization_id, s.slice, s.begins, s.value, s.currency, -1, calls, answered, ended, failed, judged, successful,
                rated, sentiment_micros, positive, negative, duration_ms, turns, tool_uses, interruptions, errors, fallbacks, settled,
                stt_micros, llm_micros, tts_micros, telephony_micros, analysis_micros, coalesce(tally, ''{}'')
            FROM sums AS s LEFT JOIN tallies USING (organization_id, slice, begins, value, currency)
            ON CONFLICT (organization_id, slice, begins, value, currency, lane) DO UPDATE SET
                calls = t.calls + excluded.calls, answered = t.answered + excluded.answered, ended = t.ended + excluded.ended,
                failed = t.failed + excluded.failed, judged = t.judged + excluded.judged,
                successful = t.successful + excluded.successful, rated = t.rated + excluded.rated,
                sentiment_micros = t.sentiment_micros + excluded.sentiment_micros, positive = t.positive + excluded.positive,
                negative = t.negative + excluded.negative, duration_ms = t.duration_ms + excluded.duration_ms,
                turns = t.turns + excluded.turns, tool_uses = t.tool_uses + excluded.tool_uses,
                interruptions = t.interruptions + excluded.interruptions, errors = t.errors + excluded.errors,
                fallbacks = t.fallbacks + excluded.fallbacks, settled = t.settled + excluded.settled,
                stt_micros = t.stt_micros + excluded.stt_micros, llm_micros = t.llm_micros + excluded.llm_micros,
                tts_micros = t.tts_micros + excluded.tts_micros, telephony_micros = t.telephony_micros + excluded.telephony_micros,
                analysis_micros = t.analysis_micros + excluded.analysis_micros,
                tally = CASE WHEN excluded.tally = ''{}'' THEN t.tally ELSE add_tallies(t.tally, excluded.tally) END
            RETURNING 1
        )
        SELECT coalesce(sum(rows), 0)::int FROM sums', 'call_sums_v' || version)
    INTO merged USING ended, rows_max;
    RETURN merged;
END
$$;
REVOKE EXECUTE ON FUNCTION merge_call_sums FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merge_call_sums TO ledgerline_app;
