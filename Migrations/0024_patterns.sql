-- In which calls each pattern was seen, whether or not it has been learned yet: written by the consumer analysis@1. What is learned of
-- it is in the log (pattern.*) and in patterns_v1.

CREATE TABLE pattern_sightings_v1 (
    pattern_id uuid NOT NULL,
    call_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    agent_id uuid,
    customer_id uuid,
    seen_at timestamptz NOT NULL,  -- when the call ended
    call_version int NOT NULL,  -- how much of the call's stream was looked at
    success boolean NOT NULL,
    kind text NOT NULL,
    summary text NOT NULL,
    event_ids uuid[] NOT NULL,
    details jsonb NOT NULL,
    PRIMARY KEY (pattern_id, call_id)
);
CREATE INDEX pattern_sightings_v1_by_call ON pattern_sightings_v1 (call_id);
COMMENT ON COLUMN pattern_sightings_v1.summary IS 'personal: words of calls may be in it';
COMMENT ON COLUMN pattern_sightings_v1.details IS 'personal: words of calls may be in it';

-- Which calls were given a pattern, and how they went: does it help?
CREATE TABLE pattern_offers_v1 (
    pattern_id uuid NOT NULL,
    call_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    offered_at timestamptz NOT NULL,
    success boolean,  -- nothing yet, or nobody can tell
    PRIMARY KEY (pattern_id, call_id)
);
CREATE INDEX pattern_offers_v1_by_call ON pattern_offers_v1 (call_id);

-- The lower end of the interval in which a rate lies that was counted so (Wilson, 95 %).
CREATE FUNCTION wilson_low(rate float8, total bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN total > 0 THEN greatest(0, (rate + 1.96 * 1.96 / (2 * total)
        - 1.96 * sqrt(rate * (1 - rate) / total + 1.96 * 1.96 / (4.0 * total * total))) / (1 + 1.96 * 1.96 / total)) END;

ALTER TABLE patterns_v1 ADD COLUMN embedding_space text;
ALTER TABLE patterns_v1 ADD COLUMN success_low float8 GENERATED ALWAYS AS (wilson_low(success_rate, uses)) STORED;
CREATE OR REPLACE VIEW patterns WITH (security_invoker = true) AS SELECT * FROM patterns_v1;
CREATE INDEX patterns_v1_waiting ON patterns_v1 (created_at) WHERE embedding IS NULL;

CREATE VIEW pattern_sightings WITH (security_invoker = true) AS SELECT * FROM pattern_sightings_v1;
CREATE VIEW pattern_offers WITH (security_invoker = true) AS SELECT * FROM pattern_offers_v1;

GRANT SELECT, INSERT, UPDATE, DELETE ON pattern_sightings_v1, pattern_offers_v1 TO ledgerline_app;
SELECT keep_to_organization('pattern_sightings_v1'), keep_to_organization('pattern_offers_v1');
GRANT SELECT ON pattern_sightings, pattern_offers TO ledgerline_app, ledgerline_tenant;
