-- The event log: append-only, split in lanes; inside a lane `position` is dense and in order of commit, inside a stream
-- `version` is dense. docs/event-log.md says why.

-- What the processes may do: their login has this role and owns nothing, so that nobody who speaks for them can change the
-- past. Who runs the database makes it, or lets the owner make it: CREATE ROLE ledgerline_app; GRANT ledgerline_app TO login.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledgerline_app') THEN CREATE ROLE ledgerline_app NOLOGIN; END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- roles belong to the cluster: another database of it was quicker
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role ledgerline_app is missing, and we may not create it'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Let an administrator say: CREATE ROLE ledgerline_app NOLOGIN';
END
$$;

-- One row. Redis' stream keys carry log_id, so that two logs never meet in one Redis.
CREATE TABLE log_meta (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    log_id uuid NOT NULL DEFAULT gen_random_uuid(),
    lanes smallint NOT NULL DEFAULT 16 CHECK (lanes > 0)
);
INSERT INTO log_meta DEFAULT VALUES;

-- A call, or an entity that lives long (an agent, a customer, …). Written by its first append only.
CREATE TABLE streams (
    stream_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz,
    external_id text UNIQUE,
    head_version int,
    lane smallint NOT NULL CHECK (lane >= 0),
    kind text NOT NULL
);
CREATE INDEX streams_by_organization ON streams (organization_id, kind, created_at);

-- Eight-byte columns first: less padding in each row.
CREATE TABLE events (
    position bigint NOT NULL CHECK (position > 0),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    occurred_at timestamptz NOT NULL,
    stream_id uuid NOT NULL,
    event_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    key_id bigint,
    version int NOT NULL CHECK (version > 0),
    lane smallint NOT NULL CHECK (lane >= 0),
    schema_version smallint NOT NULL CHECK (schema_version > 0),
    type text NOT NULL,
    payload jsonb NOT NULL,
    meta jsonb,
    PRIMARY KEY (lane, position),
    UNIQUE (stream_id, version)
);
CREATE INDEX events_by_time ON events USING brin (recorded_at);

-- The log is never corrected. Not by its owner either: what privileges forbid to one, a trigger forbids to all.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is not allowed', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'Append an event that says what changed.';
END
$$;
CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Which version an event that named none was given, so that sending it again answers the same.
CREATE TABLE append_keys (
    event_id uuid PRIMARY KEY,
    stream_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version int NOT NULL
);

-- Every webhook that was taken, once: the row and the event it became are one transaction.
CREATE TABLE webhook_inbox (
    provider text NOT NULL,
    provider_event_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    signed_at timestamptz,
    organization_id uuid,
    stream_id uuid,
    body_sha256 bytea NOT NULL,
    verdict text NOT NULL,
    PRIMARY KEY (provider, provider_event_id)
);
CREATE INDEX webhook_inbox_by_time ON webhook_inbox USING brin (received_at);

CREATE TABLE snapshots (
    stream_id uuid NOT NULL,
    projection text NOT NULL,
    schema_version smallint NOT NULL,
    version int NOT NULL,
    organization_id uuid NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state bytea NOT NULL,
    PRIMARY KEY (stream_id, projection, schema_version)
);

-- One key for each person whose words are in the log: to forget them is to destroy it.
CREATE TABLE shred_keys (
    key_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    wrapped_key bytea,
    CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)),
    UNIQUE (organization_id, subject_id, key_id)
);

CREATE TABLE embedding_cache (
    model text NOT NULL,
    content_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    key_id bigint,
    embedding halfvec NOT NULL,
    PRIMARY KEY (model, content_sha256)
);
CREATE INDEX embedding_cache_by_key ON embedding_cache (key_id) WHERE key_id IS NOT NULL;

GRANT SELECT ON log_meta TO ledgerline_app;
GRANT SELECT, INSERT ON events TO ledgerline_app;
GRANT SELECT, INSERT, UPDATE ON streams, webhook_inbox TO ledgerline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON append_keys, snapshots, shred_keys, embedding_cache TO ledgerline_app;
