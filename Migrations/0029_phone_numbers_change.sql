-- Who answers at a number may change, and who changes it may say which version they mean.
ALTER TABLE phone_numbers ADD COLUMN version integer NOT NULL DEFAULT 1;
GRANT UPDATE ON phone_numbers TO ledgerline_tenant;
