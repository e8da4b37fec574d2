-- The second wall between organizations. The first one is that every question names its organization; this one holds where
-- somebody forgets. docs/api.md says how the API takes the role for each of its transactions.

-- Who has this role sees the one organization that `ledgerline.organization` names, and nothing where none is named. Whoever
-- works for all of them (workers, relay, appending) stays ledgerline_app.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledgerline_tenant') THEN CREATE ROLE ledgerline_tenant NOLOGIN; END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of the cluster was quicker
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role ledgerline_tenant is missing, and we may not create it'
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Let an administrator say: CREATE ROLE ledgerline_tenant NOLOGIN; GRANT ledgerline_tenant TO ledgerline_app';
END
$$;
DO $$
BEGIN
    IF NOT pg_has_role('ledgerline_app', 'ledgerline_tenant', 'MEMBER') THEN GRANT ledgerline_tenant TO ledgerline_app; END IF;
    -- One login may serve for everything: then the owner is the one who takes the role.
    IF NOT pg_has_role('ledgerline_tenant',
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        GRANT ledgerline_tenant TO CURRENT_USER;
    END IF;
EXCEPTION
    WHEN unique_violation THEN NULL;  -- another database of the cluster was quicker
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'ledgerline_app may not take the role ledgerline_tenant, and we may not let it'
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Let an administrator say: GRANT ledgerline_tenant TO ledgerline_app';
END
$$;

-- A setting that was local to a transaction reads as empty afterwards, and as absent before.
CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('ledgerline.organization', true), '')::uuid;

-- Puts a table with a column organization_id behind the wall, and grants `rights` on what is in front of it. For migrations,
-- and for whoever builds another version of a read model.
CREATE FUNCTION keep_to_organization(relation regclass, rights text DEFAULT 'SELECT') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
    EXECUTE format('CREATE POLICY every_organization ON %s TO ledgerline_app USING (true) WITH CHECK (true)', relation);
    EXECUTE format('CREATE POLICY own_organization ON %s TO ledgerline_tenant '
        'USING (organization_id = current_organization()) WITH CHECK (organization_id = current_organization())', relation);
    EXECUTE format('GRANT %s ON %s TO ledgerline_tenant', rights, relation);
END
$$;

SELECT keep_to_organization('streams'), keep_to_organization('events');
SELECT keep_to_organization('calls_v1'), keep_to_organization('turns_v1'), keep_to_organization('transcript_segments_v1'),
    keep_to_organization('tool_uses_v1'), keep_to_organization('call_counters_v1');
SELECT keep_to_organization('organizations'), keep_to_organization('memberships'),
    keep_to_organization('api_keys', 'SELECT, INSERT, UPDATE'),
    keep_to_organization('idempotency_keys', 'SELECT, INSERT, UPDATE, DELETE');

-- Users are seen by those they work with, and their hashes by none of them.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_organization ON users TO ledgerline_app USING (true) WITH CHECK (true);
CREATE POLICY own_organization ON users FOR SELECT TO ledgerline_tenant
    USING (EXISTS (SELECT FROM memberships m WHERE m.user_id = users.user_id));
GRANT SELECT (user_id, organization_id, created_at, disabled_at, email, name) ON users TO ledgerline_tenant;

-- A view asks as its owner, whom no policy binds, unless it is told to ask as its reader.
ALTER VIEW calls SET (security_invoker = true);
ALTER VIEW turns SET (security_invoker = true);
ALTER VIEW transcript_segments SET (security_invoker = true);
ALTER VIEW tool_uses SET (security_invoker = true);
ALTER VIEW call_counters SET (security_invoker = true);
GRANT SELECT ON calls, turns, transcript_segments, tool_uses, call_counters TO ledgerline_tenant;
