-- What the metrics keep: figures of releases, the disclosure memory, the ladder, the list of places, and closed counts.
-- Before, each of these tables was made where it was first needed. So a store may have them already, and not all columns.
CREATE TABLE IF NOT EXISTS released (
    release INTEGER, indicator VARCHAR, version VARCHAR, scope VARCHAR, period_kind VARCHAR, period_start DATE,
    period_end DATE, stratifier VARCHAR, category VARCHAR, denominator BIGINT, numerator BIGINT, rate DOUBLE, low DOUBLE,
    high DOUBLE, suppressed BOOLEAN, unreliable BOOLEAN, provisional BOOLEAN, partners_reporting INTEGER,
    counts_only_partners INTEGER);
ALTER TABLE released ADD COLUMN IF NOT EXISTS untold VARCHAR;
ALTER TABLE released ADD COLUMN IF NOT EXISTS expected DOUBLE;
ALTER TABLE released ADD COLUMN IF NOT EXISTS rung INTEGER DEFAULT 0;
ALTER TABLE released ADD COLUMN IF NOT EXISTS part_of VARCHAR;
ALTER TABLE released ADD COLUMN IF NOT EXISTS closed BOOLEAN DEFAULT true;
ALTER TABLE released ADD COLUMN IF NOT EXISTS folded BOOLEAN DEFAULT false;
CREATE TABLE IF NOT EXISTS earlier (
    indicator VARCHAR, scope VARCHAR, period_kind VARCHAR, period_start DATE, period_end DATE, stratifier VARCHAR,
    category VARCHAR, denominator BIGINT, numerator BIGINT, counts_only BOOLEAN, first_release INTEGER,
    last_release INTEGER, shown BOOLEAN, policy VARCHAR);
ALTER TABLE earlier ADD COLUMN IF NOT EXISTS rung INTEGER DEFAULT 0;
ALTER TABLE earlier ADD COLUMN IF NOT EXISTS part_of VARCHAR;
CREATE TABLE IF NOT EXISTS ladder (
    family VARCHAR, scope VARCHAR, grouping VARCHAR, rung INTEGER, settled_in INTEGER);
CREATE TABLE IF NOT EXISTS place_list (zip VARCHAR, county_fips VARCHAR);
CREATE TABLE IF NOT EXISTS closed_counts AS SELECT *, CAST(NULL AS INTEGER) AS release FROM counts LIMIT 0;
CREATE TABLE IF NOT EXISTS closed_parts AS SELECT *, CAST(NULL AS INTEGER) AS release FROM counts LIMIT 0;
CREATE TABLE IF NOT EXISTS closed_facts (
    indicator VARCHAR, scope VARCHAR, period_kind VARCHAR, period_start DATE, period_end DATE,
    partners_reporting INTEGER, counts_only_partners INTEGER, provisional BOOLEAN, version VARCHAR);
-- Migration 4 adds this column, and 6 did before. A store that was brought up to 4 or 5 meanwhile lacks it.
ALTER TABLE release_made ADD COLUMN IF NOT EXISTS made_under VARCHAR;
-- When what older programs kept in plain was coded with the key. One row; none means that it is to be looked for.
CREATE TABLE plain_values_coded (happened_at TIMESTAMP);
-- What the counts were made by: definitions, choices and the way of counting. One row; none means that it is not known.
CREATE TABLE counted_by (fingerprint VARCHAR);
