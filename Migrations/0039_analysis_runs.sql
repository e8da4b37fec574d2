-- Looking again at calls that are over, and whose looks count: docs/learning.md says how. Both tables are written together with the
-- organization's events, by whoever asks, and how far it got by the workers.

CREATE TABLE analysis_runs (
    run_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    starts_at timestamptz NOT NULL,  -- calls that began from here on
    ends_at timestamptz NOT NULL,    -- and before there
    agent_id uuid,
    -- How far it got.
    reached_at timestamptz,
    reached_call uuid,
    calls bigint NOT NULL CHECK (calls >= 0),  -- when it was asked for
    looked bigint NOT NULL DEFAULT 0,
    passed_over bigint NOT NULL DEFAULT 0,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    analyst text NOT NULL CHECK (analyst IN ('configured', 'rules')),
    plan text NOT NULL CHECK (plan IN ('as_called', 'published')),
    UNIQUE (organization_id, name),
    CHECK (starts_at < ends_at),
    CHECK ((reached_at IS NULL) = (reached_call IS NULL))
) WITH (fillfactor = 50);
CREATE INDEX analysis_runs_by_time ON analysis_runs (organization_id, created_at DESC, run_id DESC);

-- The last one that fits a call goes. Without a run it is the usual look.
CREATE TABLE analysis_choices (
    organization_id uuid NOT NULL REFERENCES organizations,
    number int NOT NULL CHECK (number > 0),
    run_id uuid REFERENCES analysis_runs,
    agent_id uuid,  -- of the run
    chosen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    starts_at timestamptz NOT NULL,
    finished_at timestamptz,
    reached_call uuid,
    changed bigint NOT NULL DEFAULT 0,
    places bigint[],  -- of the log when it began: what was told before is waited for
    PRIMARY KEY (organization_id, number)
) WITH (fillfactor = 50);

-- The usual look has no run.
ALTER TABLE call_analyses_v1 ADD COLUMN run_id uuid;
ALTER TABLE call_analyses_v1 ADD COLUMN began_at timestamptz;  -- the call
ALTER TABLE call_analyses_v1 ADD COLUMN choice int;            -- by which this look counts
CREATE INDEX call_analyses_v1_by_run ON call_analyses_v1 (run_id, call_id) WHERE run_id IS NOT NULL;
CREATE INDEX call_analyses_v1_chosen ON call_analyses_v1 (organization_id, call_id) WHERE choice IS NOT NULL;
CREATE OR REPLACE VIEW call_analyses WITH (security_invoker = true) AS SELECT * FROM call_analyses_v1;

GRANT SELECT, INSERT, UPDATE ON analysis_runs, analysis_choices TO ledgerline_app;
SELECT keep_to_organization('analysis_runs', 'SELECT, INSERT'), keep_to_organization('analysis_choices', 'SELECT, INSERT');
