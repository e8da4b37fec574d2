-- The API reads and names customers: their tables go behind the wall between organizations.
SELECT keep_to_organization('customers_v1'),
    keep_to_organization('customer_handles', 'SELECT, INSERT, UPDATE, DELETE'),
    keep_to_organization('carrier_legs'), keep_to_organization('linked_accounts');
GRANT SELECT ON customers TO ledgerline_tenant;

-- Lists stand in this order; who was heard of before they were made comes last.
CREATE INDEX customers_v1_in_order ON customers_v1 (
    organization_id, (coalesce(created_at, '1970-01-01T00:00:00Z'::timestamptz)) DESC, customer_id DESC);
