-- Recordings of calls: where each is, and until when. A row stands in the transaction that tells the log of it; whoever removes a
-- recording marks the row, so that it can be said of one that is gone that there was one.
CREATE TABLE recordings (
    recording_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    customer_id uuid,  -- whom the call was with, as far as was known then
    stored_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    removed_at timestamptz,
    byte_count bigint NOT NULL CHECK (byte_count >= 0),
    duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
    place text NOT NULL CHECK (place IN ('folder', 'bucket')),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200)
);
CREATE INDEX recordings_by_call ON recordings (call_id);
CREATE INDEX recordings_left ON recordings (expires_at) WHERE removed_at IS NULL;
CREATE INDEX recordings_left_of_customers ON recordings (customer_id) WHERE removed_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON recordings TO ledgerline_app;
SELECT keep_to_organization('recordings', 'SELECT');
