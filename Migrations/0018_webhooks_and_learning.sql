-- Webhooks that go out: where to, and what became of each. docs/webhooks.md says how. What operators see of their organization. And
-- what is remembered and learned: docs/api.md.

-- Row and secrets are one: whoever has the secret can sign in our name, but only for this endpoint.
CREATE TABLE webhook_endpoints (
    endpoint_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    disabled_at timestamptz,
    previous_until timestamptz,
    -- How it is doing: written by whoever sends there.
    delivered_at timestamptz,
    failing_since timestamptz,
    resting_until timestamptz,
    failures int NOT NULL DEFAULT 0 CHECK (failures >= 0),
    version int NOT NULL DEFAULT 1 CHECK (version > 0),  -- of what people say about it
    is_sealed boolean NOT NULL,  -- the secrets are in boxes that the database has no key of
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
    description text CHECK (length(description) <= 500),
    disabled_reason text CHECK (disabled_reason IN ('by_user', 'gone', 'failing')),
    events text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 50),
    secret bytea NOT NULL,
    previous_secret bytea,
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CHECK ((failures = 0) = (failing_since IS NULL))
) WITH (fillfactor = 50);
CREATE INDEX webhook_endpoints_by_time ON webhook_endpoints (organization_id, created_at DESC, endpoint_id DESC);

-- One row for each event and endpoint that wants it, written in the transaction in which the log was read that far. No payload:
-- it points into the log, so that what is erased there is erased here.
CREATE TABLE webhook_deliveries (
    delivery_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    position bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempted_at timestamptz,
    took_ms int,
    attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lane smallint NOT NULL,
    status smallint,  -- what was answered last
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'skipped')),
    type text NOT NULL,
    fault text,
    UNIQUE (endpoint_id, lane, position)
) WITH (fillfactor = 70);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (endpoint_id, created_at DESC, delivery_id DESC);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at) WHERE state <> 'pending';

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints, webhook_deliveries TO ledgerline_app;
SELECT keep_to_organization('webhook_endpoints', 'SELECT, INSERT, UPDATE, DELETE'),
    keep_to_organization('webhook_deliveries', 'SELECT, UPDATE');

-- An organization sees its jobs and its dead letters, and decides about them. Jobs of the platform itself are nobody's.
SELECT keep_to_organization('jobs', 'SELECT, INSERT, UPDATE, DELETE'),
    keep_to_organization('jobs_done', 'SELECT, INSERT, DELETE'),
    keep_to_organization('dead_letters'), keep_to_organization('parked_streams');
CREATE INDEX jobs_by_organization ON jobs (organization_id, id) WHERE organization_id IS NOT NULL;
CREATE INDEX jobs_done_by_organization ON jobs_done (organization_id, id) WHERE organization_id IS NOT NULL;

-- What is remembered of customers, and what was learned from many calls: written by the consumer learning@1, and by nobody else.
-- Columns that hold what somebody told about themselves have a comment that begins with "personal".

-- One row for each customer of whom something was ever remembered, or who was forgotten: what comes later from another lane finds
-- here that it is not wanted any more.
CREATE TABLE memory_owners_v1 (
    customer_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    erased_at timestamptz,
    merged_into uuid,
    version int NOT NULL DEFAULT 0 CHECK (version >= 0)  -- of the stream of memories: how much of it is folded in
) WITH (fillfactor = 80);
CREATE INDEX memory_owners_v1_merged ON memory_owners_v1 (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE memories_v1 (
    memory_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Where it was learned: the call, how far it was, and the events that taught it. Nothing where a person wrote it.
    call_id uuid,
    call_version int,
    relevance double precision,
    kind text NOT NULL,
    content text NOT NULL,
    event_ids uuid[] NOT NULL DEFAULT '{}',
    embedding halfvec,  -- by whoever reckons them; nothing yet is no fault
    words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', content)) STORED
);
-- A customer has some, not many: by the customer, and then word by word or by exact distance, is quicker than any index of all.
CREATE INDEX memories_v1_by_customer ON memories_v1 (organization_id, customer_id, created_at DESC, memory_id DESC);
COMMENT ON COLUMN memories_v1.content IS 'personal: what is remembered';
COMMENT ON COLUMN memories_v1.embedding IS 'personal: the same as a place among others';
COMMENT ON COLUMN memories_v1.words IS 'personal: the same, to be searched';

CREATE TABLE patterns_v1 (
    pattern_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    retired_at timestamptz,
    agent_id uuid,
    call_id uuid,
    call_version int,
    success_rate double precision,
    uses bigint NOT NULL DEFAULT 0,
    version int NOT NULL,  -- of its stream
    kind text NOT NULL,
    retired_reason text,
    summary text NOT NULL,
    details jsonb,
    event_ids uuid[] NOT NULL DEFAULT '{}',
    embedding halfvec,
    words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', summary)) STORED
) WITH (fillfactor = 80);
CREATE INDEX patterns_v1_by_time ON patterns_v1 (organization_id, created_at DESC, pattern_id DESC);
COMMENT ON COLUMN patterns_v1.summary IS 'personal: words of calls may be in it';
COMMENT ON COLUMN patterns_v1.details IS 'personal: words of calls may be in it';

CREATE VIEW memories WITH (security_invoker = true) AS SELECT * FROM memories_v1;
CREATE VIEW patterns WITH (security_invoker = true) AS SELECT * FROM patterns_v1;

GRANT SELECT, INSERT, UPDATE, DELETE ON memory_owners_v1, memories_v1, patterns_v1 TO ledgerline_app;
SELECT keep_to_organization('memory_owners_v1'), keep_to_organization('memories_v1'), keep_to_organization('patterns_v1');
GRANT SELECT ON memories, patterns TO ledgerline_app, ledgerline_tenant;
