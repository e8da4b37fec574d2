-- What calls come to when they are over, and what was said in them as it is searched: written by the consumer analysis@1, and by
-- nobody else but who reckons embeddings. docs/learning.md says how. Columns that hold what somebody told about themselves have a
-- comment that begins with "personal".

-- Whose words are not wanted any more. Who writes words of a customer holds this row, and so does who forgets them: one comes
-- after the other, whatever lanes they come in.
CREATE TABLE learning_subjects_v1 (
    customer_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    erased_at timestamptz,
    merged_into uuid
) WITH (fillfactor = 80);
CREATE INDEX learning_subjects_v1_merged ON learning_subjects_v1 (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE learning_calls_v1 (
    call_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL
);
CREATE INDEX learning_calls_v1_by_customer ON learning_calls_v1 (customer_id);

-- One row for each look at a call: those of other rules, or of another model, stand beside each other.
CREATE TABLE call_analyses_v1 (
    event_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    analyzed_at timestamptz NOT NULL,
    version int NOT NULL CHECK (version > 0),  -- of the call's stream
    sentiment float8,
    success boolean,
    model text NOT NULL,
    prompt_version text NOT NULL,
    success_reason text,
    intent text,
    summary text NOT NULL,
    topics text[],
    trajectory float8[],
    event_ids uuid[] NOT NULL DEFAULT '{}',
    extracted jsonb
);
CREATE INDEX call_analyses_v1_by_call ON call_analyses_v1 (call_id, version);
COMMENT ON COLUMN call_analyses_v1.summary IS 'personal: what was said';
COMMENT ON COLUMN call_analyses_v1.topics IS 'personal: the caller''s words';
COMMENT ON COLUMN call_analyses_v1.extracted IS 'personal: what was found in what was said';

-- What can be searched of calls: what callers said, what they heard, and summaries. The id is that of the event that says it.
CREATE TABLE search_texts_v1 (
    text_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    turn_id uuid,
    said_at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('caller', 'agent', 'summary')),
    text text NOT NULL,
    embedding_space text,  -- nothing yet is no fault
    content_sha256 bytea NOT NULL,
    embedding halfvec,
    words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
    CHECK ((embedding IS NULL) = (embedding_space IS NULL))
) WITH (fillfactor = 60);
CREATE INDEX search_texts_v1_by_words ON search_texts_v1 USING gin (words);
CREATE INDEX search_texts_v1_by_call ON search_texts_v1 (call_id);
CREATE INDEX search_texts_v1_waiting ON search_texts_v1 (said_at) WHERE embedding IS NULL;
CREATE INDEX search_texts_v1_near ON search_texts_v1
    USING hnsw ((embedding::halfvec(768)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 128);
COMMENT ON COLUMN search_texts_v1.text IS 'personal: what was said';
COMMENT ON COLUMN search_texts_v1.content_sha256 IS 'personal: the same as a number that gives it away to who guesses';
COMMENT ON COLUMN search_texts_v1.embedding IS 'personal: the same as a place among others';
COMMENT ON COLUMN search_texts_v1.words IS 'personal: the same, to be searched';

CREATE VIEW call_analyses WITH (security_invoker = true) AS SELECT * FROM call_analyses_v1;
CREATE VIEW search_texts WITH (security_invoker = true) AS SELECT * FROM search_texts_v1;

-- The nearest of one organization. The index knows nothing of organizations: it goes on looking until there are enough, where
-- pgvector can (0.8).
DO $$
DECLARE
    installed int[] := string_to_array((SELECT extversion FROM pg_extension WHERE extname = 'vector'), '.')::int[];
    settings text := 'SET hnsw.ef_search = 100';
BEGIN
    PERFORM '[1]'::vector;  -- so that its settings are known
    IF installed >= ARRAY[0, 8] THEN settings := settings || ' SET hnsw.iterative_scan = ''strict_order'''; END IF;
    EXECUTE format($f$
        CREATE FUNCTION nearest_texts(whose uuid, space text, point halfvec, wanted int)
        RETURNS TABLE (text_id uuid, similarity float8) LANGUAGE sql STABLE %s AS $body$
            SELECT t.text_id, 1 - (t.embedding::halfvec(768) <=> point::halfvec(768)) FROM search_texts_v1 AS t
            WHERE t.organization_id = whose AND t.embedding_space = space
            ORDER BY t.embedding::halfvec(768) <=> point::halfvec(768) LIMIT wanted
        $body$ $f$, settings);
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON learning_subjects_v1, learning_calls_v1, call_analyses_v1, search_texts_v1
    TO ledgerline_app;
SELECT keep_to_organization('learning_subjects_v1'), keep_to_organization('learning_calls_v1'),
    keep_to_organization('call_analyses_v1'), keep_to_organization('search_texts_v1');
GRANT SELECT ON call_analyses, search_texts TO ledgerline_app, ledgerline_tenant;
