-- Counts of a mean, of what was not told, and of expected readmissions.
ALTER TABLE counts ADD COLUMN IF NOT EXISTS total DECIMAL(38, 1);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS squares DECIMAL(38, 2);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS untold BIGINT;
ALTER TABLE counts ADD COLUMN IF NOT EXISTS expected DECIMAL(38, 4);
ALTER TABLE counts ADD COLUMN IF NOT EXISTS expected_units BIGINT;
