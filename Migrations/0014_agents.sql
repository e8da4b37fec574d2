-- Agents: a draft that is worked on, and the versions of it that were published. Written together with the events of the agent's
-- stream, by whoever changes it.

CREATE TABLE agents (
    agent_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    archived_at timestamptz,
    version int NOT NULL CHECK (version > 0),  -- of the agent's stream
    live_version int,  -- what calls run on
    latest_version int NOT NULL DEFAULT 0 CHECK (latest_version >= coalesce(live_version, 0)),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    settings jsonb NOT NULL,
    agent_type text NOT NULL GENERATED ALWAYS AS (settings ->> 'agent_type') STORED,
    status text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN archived_at IS NOT NULL THEN 'archived' WHEN live_version IS NULL THEN 'draft' ELSE 'active' END) STORED
);
CREATE INDEX agents_by_time ON agents (organization_id, created_at DESC, agent_id DESC);

-- Never changed: calls of the past ran on it. Nobody is granted more.
CREATE TABLE agent_versions (
    agent_id uuid NOT NULL REFERENCES agents,
    agent_version int NOT NULL CHECK (agent_version > 0),
    organization_id uuid NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    name text NOT NULL,
    settings jsonb NOT NULL,
    PRIMARY KEY (agent_id, agent_version)
);

GRANT SELECT, INSERT, UPDATE ON agents TO ledgerline_app;
GRANT SELECT, INSERT ON agent_versions TO ledgerline_app;
SELECT keep_to_organization('agents', 'SELECT, INSERT, UPDATE'), keep_to_organization('agent_versions', 'SELECT, INSERT');
