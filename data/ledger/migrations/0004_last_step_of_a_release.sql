-- A release says which step of the ledger it knows last. Of one made before, its moment tells it.
ALTER TABLE release_made ADD COLUMN IF NOT EXISTS last_event BIGINT;
-- For whole_releases; in one transaction no column can be added after the rows of a table have changed.
ALTER TABLE release_made ADD COLUMN made_under VARCHAR;
UPDATE release_made SET last_event = coalesce((SELECT max(event) FROM submission_event e
    WHERE e.state IN ('accepted', 'withdrawn') AND e.happened_at <= release_made.happened_at), 0)
WHERE last_event IS NULL;
