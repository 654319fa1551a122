-- What an expected number rests on. Null beside a number of an earlier release: the probabilities that its sender gave.
ALTER TABLE released ADD COLUMN IF NOT EXISTS expected_by VARCHAR;
