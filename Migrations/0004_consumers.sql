-- Who reads the log, and how far each has come. docs/event-log.md says why.

-- A consumer's checkpoint, lease and fence in one lane. `token` goes up with each new owner; whoever moves the checkpoint
-- names the token it was given, so that an owner of yesterday changes nothing.
CREATE TABLE consumer_lanes (
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    token bigint NOT NULL DEFAULT 0,
    -- Up to here somebody else has done what reaches beyond the consumer's own tables.
    muted_through bigint NOT NULL DEFAULT 0,
    -- Up to here one event at a time, each attempt written down before it begins.
    step_through bigint NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    owner uuid,
    lane smallint NOT NULL CHECK (lane >= 0),
    -- Owners in a row that left without good-bye and without having moved the checkpoint, though there was work.
    idle_takeovers smallint NOT NULL DEFAULT 0,
    is_retired boolean NOT NULL DEFAULT false,
    consumer text NOT NULL,
    -- The live version that this one is being built beside: it never gets ahead of it.
    follows text,
    PRIMARY KEY (consumer, lane)
) WITH (fillfactor = 50);

-- Who is there to work for a consumer, with or without a lane: a newcomer has none yet, and shall get its share.
CREATE TABLE consumer_workers (
    alive_until timestamptz NOT NULL,
    owner uuid NOT NULL,
    consumer text NOT NULL,
    PRIMARY KEY (consumer, owner)
);

-- Which version of a consumer's read model is the one to ask.
CREATE TABLE live_consumers (
    switched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version int NOT NULL CHECK (version > 0),
    name text PRIMARY KEY
);

-- Attempts at an event that has not been applied yet.
CREATE TABLE consumer_failures (
    position bigint NOT NULL,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    organization_id uuid NOT NULL,
    attempts int NOT NULL,
    lane smallint NOT NULL,
    consumer text NOT NULL,
    error_class text NOT NULL,
    error text NOT NULL,
    PRIMARY KEY (consumer, lane, position)
);

-- Streams whose events wait behind one that could not be applied. Whoever adds or takes a letter locks the stream's row first.
CREATE TABLE parked_streams (
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_position bigint NOT NULL,
    letters bigint NOT NULL,
    replay_asked_at timestamptz,
    stream_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    replay_asked_by uuid,
    lane smallint NOT NULL,
    consumer text NOT NULL,
    PRIMARY KEY (consumer, stream_id)
);
CREATE INDEX parked_streams_by_organization ON parked_streams (organization_id, since);
CREATE INDEX parked_streams_to_replay ON parked_streams (consumer, lane) WHERE replay_asked_at IS NOT NULL;

-- The events that wait. No payload: a letter points into the log, so that what is erased there is erased here.
CREATE TABLE dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position bigint NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    decided_at timestamptz,
    stream_id uuid NOT NULL,
    event_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    decided_by uuid,
    version int NOT NULL,
    attempts int NOT NULL,
    lane smallint NOT NULL,
    state text NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'resolved', 'discarded')),
    consumer text NOT NULL,
    error_class text NOT NULL,
    error text NOT NULL,
    CHECK ((state = 'parked') = (decided_at IS NULL)),
    UNIQUE (consumer, lane, position)
);
CREATE INDEX dead_letters_parked ON dead_letters (consumer, stream_id, position) WHERE state = 'parked';
CREATE INDEX dead_letters_by_organization ON dead_letters (organization_id, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON consumer_lanes, consumer_workers, live_consumers, consumer_failures, parked_streams
    TO ledgerline_app;
GRANT SELECT, INSERT, UPDATE ON dead_letters TO ledgerline_app;
