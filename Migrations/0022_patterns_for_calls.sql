-- Each call that begins asks for the best patterns in use: they stand in their order, and the first few are read.
CREATE INDEX patterns_v1_best ON patterns_v1 (organization_id, success_rate DESC, uses DESC, pattern_id) WHERE retired_at IS NULL;
