-- What analytics are read from: sums of calls, kept by the consumer of the calls' read model in the transaction that changes their
-- rows. docs/analytics.md says how.

-- How many of a call's turns fell into which bucket of which stage's latency, and into which mood: a code (stage × 1024 + bucket)
-- in the upper half of each number, a count in the lower one.
CREATE FUNCTION tally_code(number bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (number + 2147483648) >> 32;
CREATE FUNCTION tally_count(number bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN number - (((number + 2147483648) >> 32) << 32);

CREATE FUNCTION add_tallies(one bigint[], other bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg((code << 32) + count ORDER BY code), '{}') FROM (
        SELECT tally_code(number) AS code, sum(tally_count(number))::bigint AS count
        FROM unnest(one || other) AS number GROUP BY 1 HAVING sum(tally_count(number)) <> 0) AS codes
$$;

-- As Domain/Calls/LatencyBuckets: below 32 ms each has its own, then 16 for each doubling, up to a quarter of an hour.
CREATE FUNCTION latency_bucket(ms bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN ms IS NULL THEN NULL
        WHEN ms < 32 THEN greatest(ms, 0)
        ELSE (SELECT 32 + (power - 5) * 16 + ((value >> (power - 4)) & 15) FROM (
            SELECT value, 20 - position(B'1' IN value::int::bit(20)) AS power
            FROM (SELECT least(ms, 1048575) AS value) AS bounded) AS measured)
    END;

-- Each version of the calls' read model has its own.
DO $$
DECLARE
    n text;
BEGIN
    FOR n IN SELECT substring(relname FROM 7) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname ~ '^calls_v[0-9]+$'
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN tally bigint[] NOT NULL DEFAULT ''{}''', 'calls_' || n);
        EXECUTE format('CREATE TABLE %I (
            organization_id uuid NOT NULL,
            begins timestamptz NOT NULL,
            calls bigint NOT NULL,
            answered bigint NOT NULL,
            ended bigint NOT NULL,
            failed bigint NOT NULL,
            judged bigint NOT NULL,
            successful bigint NOT NULL,
            rated bigint NOT NULL,
            sentiment_micros bigint NOT NULL,
            positive bigint NOT NULL,
            negative bigint NOT NULL,
            duration_ms bigint NOT NULL,
            turns bigint NOT NULL,
            tool_uses bigint NOT NULL,
            interruptions bigint NOT NULL,
            errors bigint NOT NULL,
            fallbacks bigint NOT NULL,
            settled bigint NOT NULL,
            stt_micros bigint NOT NULL,
            llm_micros bigint NOT NULL,
            tts_micros bigint NOT NULL,
            telephony_micros bigint NOT NULL,
            analysis_micros bigint NOT NULL,
            lane smallint NOT NULL,
            slice text NOT NULL,
            value text NOT NULL,
            currency text NOT NULL,
            tally bigint[] NOT NULL DEFAULT ''{}'',
            PRIMARY KEY (organization_id, slice, begins, value, currency, lane)
        ) WITH (fillfactor = 70)', 'call_sums_' || n);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ledgerline_app', 'call_sums_' || n);
        PERFORM keep_to_organization(format('%I', 'call_sums_' || n)::regclass);
    END LOOP;
    n := 'v' || coalesce((SELECT version FROM live_consumers WHERE name = 'calls'), 1);
    EXECUTE format('CREATE OR REPLACE VIEW calls WITH (security_invoker = true) AS SELECT * FROM %I', 'calls_' || n);
    EXECUTE format('CREATE VIEW call_sums WITH (security_invoker = true) AS SELECT * FROM %I', 'call_sums_' || n);
    GRANT SELECT ON call_sums TO ledgerline_app, ledgerline_tenant;
END
$$;

-- Counts a version of the read model from its own rows, instead of call by call as they change. For rows that were there before
-- their sums were kept; what it makes and what the consumer makes is the same.
CREATE FUNCTION recount_calls(version int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('TRUNCATE %I', 'call_sums_v' || version);
    EXECUTE format('UPDATE %I AS c SET tally = t.tally FROM (
            SELECT call_id, array_agg((code << 32) + count ORDER BY code) AS tally FROM (
                SELECT call_id, code, count(*) AS count FROM (
                    SELECT call_id, unnest(ARRAY[
                        latency_bucket(endpointing_ms), 1024 + latency_bucket(stt_final_ms),
                        2048 + latency_bucket(llm_first_token_ms), 3072 + latency_bucket(tts_first_byte_ms),
                        4096 + latency_bucket(first_audio_sent_ms), 5120 + latency_bucket(perceived_ms),
                        6143 + array_position(ARRAY[''positive'', ''neutral'', ''negative'', ''frustrated''], sentiment_label)
                    ]) AS code FROM %I) AS measured
                WHERE code IS NOT NULL GROUP BY call_id, code) AS counted
            GROUP BY call_id) AS t
        WHERE c.call_id = t.call_id', 'calls_v' || version, 'turns_v' || version);
    EXECUTE format('INSERT INTO %1$I (
            organization_id, slice, begins, value, currency, lane, calls, answered, ended, failed, judged, successful, rated,
            sentiment_micros, positive, negative, duration_ms, turns, tool_uses, interruptions, errors, fallbacks, settled,
            stt_micros, llm_micros, tts_micros, telephony_micros, analysis_micros
        )
        SELECT organization_id, slice, begins, value, '''', 0, count(*), count(answered_at), count(ended_at),
            count(*) FILTER (WHERE fault_owner IN (''carrier'', ''provider'')
                OR fault_owner = ''us'' AND ended_reason NOT IN (''agent_hung_up'', ''transferred'', ''stopped'')),
            count(success), count(*) FILTER (WHERE success), count(sentiment),
            coalesce(sum(round(sentiment * 1000000)), 0), count(*) FILTER (WHERE round(sentiment * 1000000) >= 250000),
            count(*) FILTER (WHERE round(sentiment * 1000000) <= -250000),
            sum(least(greatest(coalesce(duration_ms, 0), 0), 2678400000)), sum(turns), sum(tool_uses), sum(interruptions),
            sum(errors), sum(fallbacks), 0, 0, 0, 0, 0, 0
        FROM %2$I, %3$s GROUP BY organization_id, slice, begins, value
        UNION ALL
        SELECT organization_id, slice, begins, value, currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*),
            sum(least(greatest(coalesce(stt_micros, 0), 0), 1000000000000)),
            sum(least(greatest(coalesce(llm_micros, 0), 0), 1000000000000)),
            sum(least(greatest(coalesce(tts_micros, 0), 0), 1000000000000)),
            sum(least(greatest(coalesce(telephony_micros, 0), 0), 1000000000000)),
            sum(least(greatest(coalesce(analysis_micros, 0), 0), 1000000000000))
        FROM %2$I, %3$s WHERE currency IS NOT NULL GROUP BY organization_id, slice, begins, value, currency',
        'call_sums_v' || version, 'calls_v' || version,
        'LATERAL (VALUES (''hour'', date_trunc(''hour'', started_at, ''UTC''), ''''),
            (''day'', date_trunc(''day'', started_at, ''UTC''), ''''),
            (''agent'', date_trunc(''day'', started_at, ''UTC''), concat(agent_id, ''/'', agent_version)),
            (''direction'', date_trunc(''day'', started_at, ''UTC''), coalesce(direction, '''')),
            (''reason'', date_trunc(''day'', started_at, ''UTC''), coalesce(ended_reason, ''''))) AS s(slice, begins, value)');
    EXECUTE format('UPDATE %I AS t SET tally = s.tally FROM (
            SELECT organization_id, slice, begins, value, array_agg((code << 32) + count ORDER BY code) AS tally FROM (
                SELECT organization_id, slice, begins, value, tally_code(number) AS code, sum(tally_count(number))::bigint AS count
                FROM %I, LATERAL unnest(tally) AS number, LATERAL (VALUES
                    (''hour'', date_trunc(''hour'', started_at, ''UTC''), ''''),
                    (''day'', date_trunc(''day'', started_at, ''UTC''), ''''),
                    (''agent'', date_trunc(''day'', started_at, ''UTC''), concat(agent_id, ''/'', agent_version))
                ) AS s(slice, begins, value)
                GROUP BY 1, 2, 3, 4, 5) AS counted
            GROUP BY 1, 2, 3, 4) AS s
        WHERE (t.organization_id, t.slice, t.begins, t.value) = (s.organization_id, s.slice, s.begins, s.value)
            AND t.currency = ''''', 'call_sums_v' || version, 'calls_v' || version);
END
$$;
REVOKE EXECUTE ON FUNCTION recount_calls FROM PUBLIC;

SELECT recount_calls(substring(relname FROM 8)::int) FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname ~ '^calls_v[0-9]+$';

-- The first moment of a day on somebody's wall. Where clocks are put back at midnight the day begins twice, and Postgres knows the
-- second beginning; where they are put forward it begins late, which Postgres knows.
CREATE FUNCTION day_begins(day timestamp, zone text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN ((day AT TIME ZONE zone) - interval '1 hour') AT TIME ZONE zone >= day
        THEN (day AT TIME ZONE zone) - interval '1 hour' ELSE day AT TIME ZONE zone END;
