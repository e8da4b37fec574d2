-- A stored recording may be sealed with the key of its call (`shred_keys`): with that key's end nobody can hear it any more, wherever copies of
-- it lie. Null for one that lies as it is.
ALTER TABLE recordings ADD COLUMN key_id bigint;
