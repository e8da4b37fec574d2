-- The nearest patterns of one organization, as nearest_texts finds texts: looking at each took as long as there were patterns.
CREATE INDEX patterns_v1_near ON patterns_v1
    USING hnsw ((embedding::halfvec(768)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 128);

DO $$
DECLARE
    installed int[] := string_to_array((SELECT extversion FROM pg_extension WHERE extname = 'vector'), '.')::int[];
    settings text := 'SET hnsw.ef_search = 100';
BEGIN
    PERFORM '[1]'::vector;  -- so that its settings are known
    IF installed >= ARRAY[0, 8] THEN settings := settings || ' SET hnsw.iterative_scan = ''strict_order'''; END IF;
    EXECUTE format($f$
        CREATE FUNCTION nearest_patterns(whose uuid, agent uuid, space text, point halfvec, wanted int)
        RETURNS TABLE (pattern_id uuid, similarity float8) LANGUAGE sql STABLE %s AS $body$
            SELECT p.pattern_id, 1 - (p.embedding::halfvec(768) <=> point::halfvec(768)) FROM patterns AS p
            WHERE p.organization_id = whose AND p.retired_at IS NULL AND (agent IS NULL OR p.agent_id = agent)
                AND p.embedding_space = space
            ORDER BY p.embedding::halfvec(768) <=> point::halfvec(768) LIMIT wanted
        $body$ $f$, settings);
END
$$;
