-- The calls of the asker's organization in which something was said, as `websearch_to_tsquery` reads what is asked for.
--
-- It runs as its owner: a policy would keep the index on words from being used, since comparing words is not leakproof. So it names the
-- organization itself, the one that the asker's role is bound to, and answers ids of its calls and nothing else.
CREATE FUNCTION calls_saying(words text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT s.call_id FROM transcript_segments AS s
        WHERE s.organization_id = current_organization()
            AND to_tsvector('simple', s.text) @@ websearch_to_tsquery('simple', words);
END
$$;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION calls_saying(text) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION calls_saying FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calls_saying TO ledgerline_tenant;
