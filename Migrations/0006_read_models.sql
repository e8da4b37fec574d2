-- What the log says of calls, as rows to be asked: written by the consumer calls@1, and by nobody else. docs/event-log.md says
-- how the next version is built beside this one. Columns that hold what a person said, dialled or is reached by have a comment
-- that begins with "personal".

CREATE TABLE calls_v1 (
    call_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,  -- the first sign of the call; lists stand in its order
    requested_at timestamptz,
    dialed_at timestamptz,
    ringing_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    duration_ms bigint,
    agent_id uuid,
    agent_version bigint,
    customer_id uuid,
    campaign_id uuid,
    sip_code bigint,
    turns bigint NOT NULL,
    tool_uses bigint NOT NULL,
    interruptions bigint NOT NULL,
    errors bigint NOT NULL,
    fallbacks bigint NOT NULL,
    sentiment float8,
    stt_micros bigint,
    llm_micros bigint,
    tts_micros bigint,
    telephony_micros bigint,
    analysis_micros bigint,
    version int NOT NULL CHECK (version > 0),  -- the highest version of the stream that is folded in
    billable boolean,
    success boolean,
    status text NOT NULL,
    direction text,
    from_number text,
    to_number text,
    carrier text,
    control_id text,
    session_id text,
    leg_id text,
    answered_by text,
    ended_reason text,
    fault_owner text,
    hangup_cause text,
    hangup_source text,
    currency text,
    intent text,
    summary text,
    metadata jsonb,
    folding jsonb NOT NULL  -- what the fold must remember to put late facts in their place
) WITH (fillfactor = 70);
CREATE INDEX calls_v1_by_time ON calls_v1 (organization_id, started_at DESC, call_id DESC);
CREATE INDEX calls_v1_by_agent ON calls_v1 (organization_id, agent_id, started_at DESC);
CREATE INDEX calls_v1_by_customer ON calls_v1 (organization_id, customer_id, started_at DESC)
    WHERE customer_id IS NOT NULL;
CREATE INDEX calls_v1_by_reason ON calls_v1 (organization_id, ended_reason, started_at DESC)
    WHERE ended_reason IS NOT NULL;
CREATE INDEX calls_v1_live ON calls_v1 (organization_id, started_at DESC) WHERE status <> 'ended';
CREATE INDEX calls_v1_by_control_id ON calls_v1 (control_id) WHERE control_id IS NOT NULL;
CREATE INDEX calls_v1_by_metadata ON calls_v1 USING gin (metadata jsonb_path_ops) WHERE metadata IS NOT NULL;
COMMENT ON COLUMN calls_v1.from_number IS 'personal: who calls';
COMMENT ON COLUMN calls_v1.to_number IS 'personal: who is called';
COMMENT ON COLUMN calls_v1.metadata IS 'personal: whatever the integrator keeps there';
COMMENT ON COLUMN calls_v1.summary IS 'personal: what the call was about';

-- One row for each turn, with every stage of what the caller waited for. What was said in it are its transcript_segments.
CREATE TABLE turns_v1 (
    call_id uuid NOT NULL,
    turn_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    silence_ms bigint,
    endpointing_ms bigint,
    said_at timestamptz,
    last_segment_id uuid,
    stt_final_ms bigint,
    first_token_at timestamptz,
    reply_id uuid,
    llm_first_token_ms bigint,
    first_sound_at timestamptz,
    utterance_id uuid,
    tts_first_byte_ms bigint,
    first_audio_sent_ms bigint,
    perceived_ms bigint,
    sentiment_at timestamptz,
    sentiment float8,
    interrupted boolean,
    end_reason text,
    llm_provider text,
    llm_model text,
    sentiment_label text,
    PRIMARY KEY (call_id, turn_id)
) WITH (fillfactor = 80);
CREATE INDEX turns_v1_by_time ON turns_v1 (organization_id, began_at);

-- Who said what, as it was heard, in the order of began_at and segment_id.
CREATE TABLE transcript_segments_v1 (
    call_id uuid NOT NULL,
    segment_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    turn_id uuid,
    began_at timestamptz NOT NULL,
    started_at timestamptz,
    interrupted_at timestamptz,
    ended_at timestamptz,
    started_ms bigint,
    ended_ms bigint,
    heard_ms bigint,
    total_ms bigint,
    confidence float8,
    interrupted boolean,
    speaker text NOT NULL,
    language text,
    provider text,
    text text,
    PRIMARY KEY (call_id, segment_id)
) WITH (fillfactor = 80);
CREATE INDEX transcript_segments_v1_by_words ON transcript_segments_v1 USING gin (to_tsvector('simple', text));
COMMENT ON COLUMN transcript_segments_v1.text IS 'personal: what was said';

-- Arguments and results stay in the log: called_version and finished_version say where.
CREATE TABLE tool_uses_v1 (
    call_id uuid NOT NULL,
    tool_call_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    turn_id uuid,
    reply_id uuid,
    called_at timestamptz,
    finished_at timestamptz,
    took_ms bigint,
    http_status bigint,
    called_version int,
    finished_version int,
    name text NOT NULL,
    outcome text,
    fault text,
    PRIMARY KEY (call_id, tool_call_id)
) WITH (fillfactor = 80);
CREATE INDEX tool_uses_v1_by_name ON tool_uses_v1 (organization_id, name, called_at);

-- Sums over the calls that started on a day (UTC). A row for each lane, since each has one writer: nobody waits for anybody.
-- Whoever asks adds the lanes up; calls that are live may have started on any day.
CREATE TABLE call_counters_v1 (
    organization_id uuid NOT NULL,
    day date NOT NULL,
    lane smallint NOT NULL,
    calls bigint NOT NULL,
    queued bigint NOT NULL,
    ringing bigint NOT NULL,
    in_progress bigint NOT NULL,
    transferring bigint NOT NULL,
    inbound bigint NOT NULL,
    outbound bigint NOT NULL,
    answered bigint NOT NULL,
    ended bigint NOT NULL,
    failed bigint NOT NULL,
    duration_ms bigint NOT NULL,
    turns bigint NOT NULL,
    tool_uses bigint NOT NULL,
    interruptions bigint NOT NULL,
    errors bigint NOT NULL,
    fallbacks bigint NOT NULL,
    PRIMARY KEY (organization_id, day, lane)
) WITH (fillfactor = 50);
CREATE INDEX call_counters_v1_live ON call_counters_v1 (organization_id)
    WHERE queued <> 0 OR ringing <> 0 OR in_progress <> 0 OR transferring <> 0;

-- The names that readers use; to go over to another version is to point them elsewhere.
CREATE VIEW calls AS SELECT * FROM calls_v1;
CREATE VIEW turns AS SELECT * FROM turns_v1;
CREATE VIEW transcript_segments AS SELECT * FROM transcript_segments_v1;
CREATE VIEW tool_uses AS SELECT * FROM tool_uses_v1;
CREATE VIEW call_counters AS SELECT * FROM call_counters_v1;

GRANT SELECT, INSERT, UPDATE, DELETE ON calls_v1, turns_v1, transcript_segments_v1, tool_uses_v1, call_counters_v1
    TO ledgerline_app;
GRANT SELECT ON calls, turns, transcript_segments, tool_uses, call_counters TO ledgerline_app;
