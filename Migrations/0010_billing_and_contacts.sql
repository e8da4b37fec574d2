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

GRANT SELECT, INSERT, UPDATE, DELETE ON linked_accounts, customer_handles TO ledgerline_app;
