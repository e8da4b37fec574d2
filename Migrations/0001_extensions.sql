-- Knowledge and memory are searched by embedding.
-- pgvector 0.7 is the floor: halfvec came with it. Who runs it provides a version at least that new.
CREATE EXTENSION IF NOT EXISTS vector;

DO $$
DECLARE
    installed text := (SELECT extversion FROM pg_extension WHERE extname = 'vector');
BEGIN
    IF string_to_array(installed, '.')::int[] < ARRAY[0, 7] THEN
        RAISE EXCEPTION 'pgvector % is too old: 0.7 or later is needed (ALTER EXTENSION vector UPDATE)', installed;
    END IF;
END
$$;
