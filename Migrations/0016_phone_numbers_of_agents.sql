-- Numbers are managed through the API. They get a name that may stand in a path and so in a log, which the number may not.
ALTER TABLE phone_numbers ADD COLUMN phone_number_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
CREATE INDEX phone_numbers_by_time ON phone_numbers (organization_id, created_at DESC, phone_number_id DESC);
CREATE INDEX phone_numbers_by_agent ON phone_numbers (agent_id);
SELECT keep_to_organization('phone_numbers', 'SELECT, INSERT, DELETE');
