-- What live calls are told of a customer: docs/memory.md.

-- Points of two spaces have nothing to do with each other, so a point names its space. And a memory says of which version of its
-- stream it is, so that a call's `context.loaded` leads back to the words it was given.
ALTER TABLE memories_v1
    ADD COLUMN version int CHECK (version > 0),
    ADD COLUMN embedding_space text,
    ADD CONSTRAINT memories_v1_place CHECK ((embedding IS NULL) = (embedding_space IS NULL));
-- Those without a place, or with one in a space of yesterday.
CREATE INDEX memories_v1_by_space ON memories_v1 (embedding_space, memory_id);
CREATE OR REPLACE VIEW memories WITH (security_invoker = true) AS SELECT * FROM memories_v1;

-- Whoever drops words drops their places, in whichever space.
CREATE INDEX embedding_cache_by_content ON embedding_cache (content_sha256);
