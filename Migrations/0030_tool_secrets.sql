-- What posts to an organization's tools are signed with: one secret for all of them, made when it is first needed, as
-- docs/conversation.md says. Boxed as the secrets of webhook endpoints are.

CREATE TABLE tool_secrets (
    organization_id uuid PRIMARY KEY REFERENCES organizations,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    previous_until timestamptz,
    version int NOT NULL DEFAULT 1 CHECK (version > 0),
    is_sealed boolean NOT NULL,
    secret bytea NOT NULL,
    previous_secret bytea,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);

GRANT SELECT, INSERT, UPDATE ON tool_secrets TO ledgerline_app;
SELECT keep_to_organization('tool_secrets', 'SELECT, INSERT, UPDATE');
