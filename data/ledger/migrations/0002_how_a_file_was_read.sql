-- The same bytes, read in another way, are another submission.
ALTER TABLE submission ADD COLUMN IF NOT EXISTS reading VARCHAR;
