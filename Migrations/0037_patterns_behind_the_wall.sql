-- Searching patterns behind the wall between organizations, as docs/learning.md says: by words, and by meaning where they are few.

CREATE INDEX patterns_v1_by_agent ON patterns_v1 (organization_id, agent_id) WHERE retired_at IS NULL;
CREATE INDEX patterns_v1_by_words ON patterns_v1 USING gin (words);

-- The patterns in which words are, the best first. Behind the wall no index of words can be used: what an operator that is not leakproof
-- looks at, the policy has to let through first, so that each pattern of the organization was read for each search. This looks from
-- outside of it, for the organization that the wall stands around alone, and tells ids alone: who asks reads rows from behind the wall.
CREATE FUNCTION patterns_with_words(whose uuid, agent uuid, asked tsquery, wanted int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT p.pattern_id FROM patterns_v1 AS p
    WHERE p.words @@ asked AND p.organization_id = whose AND p.organization_id = current_organization()
        AND p.retired_at IS NULL AND (agent IS NULL OR p.agent_id = agent)
    ORDER BY ts_rank_cd(p.words, asked) DESC, p.created_at DESC, p.pattern_id LIMIT wanted
$$;
REVOKE EXECUTE ON FUNCTION patterns_with_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patterns_with_words TO ledgerline_app, ledgerline_tenant;

-- The nearest. Where there are few, each is looked at: the index is everybody's, and whoever has a hundredth of what is in it looks at all
-- of it before there are enough.
DROP FUNCTION nearest_patterns(uuid, uuid, text, halfvec, int);
DO $$
DECLARE
    installed int[] := string_to_array((SELECT extversion FROM pg_extension WHERE extname = 'vector'), '.')::int[];
    settings text := 'SET hnsw.ef_search = 100';
BEGIN
    PERFORM '[1]'::vector;  -- so that its settings are known
    IF installed >= ARRAY[0, 8] THEN settings := settings || ' SET hnsw.iterative_scan = ''strict_order'''; END IF;
    EXECUTE format($f$
        CREATE FUNCTION nearest_patterns(
            whose uuid, agent uuid, space text, point halfvec, wanted int, few int DEFAULT 1000)
        RETURNS TABLE (pattern_id uuid, similarity float8) LANGUAGE plpgsql STABLE %s AS $body$
        BEGIN
            IF (SELECT count(*) FROM (
                SELECT FROM patterns AS p
                WHERE p.organization_id = whose AND p.retired_at IS NULL AND (agent IS NULL OR p.agent_id = agent)
                LIMIT few + 1) AS found) <= few
            THEN
                RETURN QUERY SELECT p.pattern_id, 1 - (p.embedding <=> point) FROM patterns AS p
                    WHERE p.organization_id = whose AND p.retired_at IS NULL AND (agent IS NULL OR p.agent_id = agent)
                        AND p.embedding_space = space
                    ORDER BY p.embedding <=> point LIMIT wanted;
            ELSE
                RETURN QUERY SELECT p.pattern_id, 1 - (p.embedding::halfvec(768) <=> point::halfvec(768)) FROM patterns AS p
                    WHERE p.organization_id = whose AND p.retired_at IS NULL AND (agent IS NULL OR p.agent_id = agent)
                        AND p.embedding_space = space
                    ORDER BY p.embedding::halfvec(768) <=> point::halfvec(768) LIMIT wanted;
            END IF;
        END
        $body$ $f$, settings);
END
$$;
