-- An organization's own events in the log's order, for those who follow it: without this, finding a small organization's next
-- event means looking at everybody's.
CREATE INDEX events_by_organization ON events (organization_id, lane, position);
