-- What whoever wrote a memory wants to find beside it again: a small document of their own.
ALTER TABLE memories_v1 ADD COLUMN metadata jsonb;
COMMENT ON COLUMN memories_v1.metadata IS 'personal: what is remembered';
CREATE OR REPLACE VIEW memories WITH (security_invoker = true) AS SELECT * FROM memories_v1;
