-- Following the log reads one organization's events lane by lane. By the log's own key that walks past everybody else's: a small
-- organization in a large log paid for all of it.
CREATE INDEX events_by_organization ON events (organization_id, lane, position);
