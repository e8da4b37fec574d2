-- Who may ask: organizations, their users and API keys, and what was answered to requests that may come twice.
-- Columns that hold what somebody told about themselves have a comment that begins with "personal".

CREATE TABLE organizations (
    organization_id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE UNIQUE INDEX organizations_by_name ON organizations (lower(name));

-- organization_id is the one whose part of the log tells of the user; memberships say where the user may work.
CREATE TABLE users (
    user_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    password_changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    disabled_at timestamptz,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 320),
    name text,
    password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%')
);
CREATE UNIQUE INDEX users_by_email ON users (lower(email));
COMMENT ON COLUMN users.email IS 'personal: how the user signs in';
COMMENT ON COLUMN users.name IS 'personal: what the user is called';

CREATE TABLE memberships (
    organization_id uuid NOT NULL REFERENCES organizations,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'analyst', 'viewer')),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id, created_at);

-- The token itself is nowhere but with its owner. All that descend from one sign-in are a family; of a family one token is
-- good, and one that was changed already shows that somebody has a copy.
CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    family_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users,
    organization_id uuid NOT NULL REFERENCES organizations,
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    family_expires_at timestamptz NOT NULL,
    rotated_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id) WHERE revoked_at IS NULL;
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

-- The prefix is what people tell keys apart by; the secret is kept as its hash alone, which suffices for 256 random bits.
CREATE TABLE api_keys (
    key_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    prefix text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    scopes text[] NOT NULL,
    rate_tier text NOT NULL DEFAULT 'standard'
);
CREATE INDEX api_keys_by_time ON api_keys (organization_id, created_at DESC, key_id DESC);

-- A request that named a key, and its final answer; without a status it is still being answered, until busy_until.
CREATE TABLE idempotency_keys (
    organization_id uuid NOT NULL REFERENCES organizations,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    route text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    busy_until timestamptz NOT NULL,
    attempt uuid NOT NULL,
    status smallint,
    request_sha256 bytea NOT NULL CHECK (length(request_sha256) = 32),
    response bytea,  -- sealed: an answer may hold what is shown once
    PRIMARY KEY (organization_id, key, route)
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);

GRANT SELECT, INSERT, UPDATE ON organizations, users, api_keys TO ledgerline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships, refresh_tokens, idempotency_keys TO ledgerline_app;
