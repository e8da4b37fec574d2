-- Orders for live calls while Redis is away. The process that carries the call looks in here once a second, takes what is its own
-- and says what became of it; who gave the order takes it back if nobody has taken it. docs/conversation.md says who owns a call.
CREATE TABLE call_orders (
    order_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_at timestamptz,
    parcel jsonb NOT NULL,
    answer jsonb
);
CREATE INDEX call_orders_waiting ON call_orders (call_id) WHERE taken_at IS NULL;
CREATE INDEX call_orders_by_time ON call_orders (created_at);
COMMENT ON COLUMN call_orders.parcel IS 'personal: what is to be said, and who is to be called';

GRANT SELECT, INSERT, UPDATE, DELETE ON call_orders TO ledgerline_app;
SELECT keep_to_organization('call_orders', 'SELECT, INSERT, DELETE');
