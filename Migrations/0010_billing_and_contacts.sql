-- What the doors for money and for contacts need: whose an account elsewhere is, and whose a number or an address is.
-- Columns that hold what a person is reached by have a comment that begins with "personal".

-- A customer of Stripe, a portal of HubSpot: another house's name for an organization.
CREATE TABLE linked_accounts (
    provider text NOT NULL,
    account text NOT NULL,
    organization_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (provider, account)
);
CREATE INDEX linked_accounts_by_organization ON linked_accounts (organization_id);

-- By what a customer is known: a number, an address, or another house's name for them. Written together with the event that
-- says so, so that two who hear of one person at once mean the same customer.
CREATE TABLE customer_handles (
    organization_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('phone', 'email', 'hubspot')),
    handle text NOT NULL,
    customer_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization_id, kind, handle)
);
CREATE INDEX customer_handles_by_customer ON customer_handles (customer_id);
COMMENT ON COLUMN customer_handles.handle IS 'personal: how the customer is reached';

-- What the log says of customers: written by the consumer customers@1, and by nobody else. Who turned out to be somebody else
-- keeps a row that says so.
CREATE TABLE customers_v1 (
    customer_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    created_at timestamptz,
    updated_at timestamptz NOT NULL,
    erased_at timestamptz,
    merged_into uuid,
    version int NOT NULL CHECK (version >= 0),  -- the highest version of the stream that is folded in; 0 if none yet
    name text,
    segment text,
    phones text[] NOT NULL DEFAULT '{}',
    emails text[] NOT NULL DEFAULT '{}',
    external_ids text[] NOT NULL DEFAULT '{}',
    metadata jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 80);
CREATE INDEX customers_v1_by_time ON customers_v1 (organization_id, created_at DESC, customer_id DESC);
CREATE INDEX customers_v1_by_phone ON customers_v1 USING gin (phones);
CREATE INDEX customers_v1_by_email ON customers_v1 USING gin (emails);
COMMENT ON COLUMN customers_v1.name IS 'personal: what the customer is called';
COMMENT ON COLUMN customers_v1.phones IS 'personal: how the customer is reached';
COMMENT ON COLUMN customers_v1.emails IS 'personal: how the customer is reached';
COMMENT ON COLUMN customers_v1.external_ids IS 'personal: what others call the customer';
COMMENT ON COLUMN customers_v1.metadata IS 'personal: whatever the integrator keeps there';

CREATE VIEW customers WITH (security_invoker = true) AS SELECT * FROM customers_v1;

GRANT SELECT, INSERT, UPDATE, DELETE ON linked_accounts, customer_handles, customers_v1 TO ledgerline_app;
GRANT SELECT ON customers TO ledgerline_app;
