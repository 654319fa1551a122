-- What every store held before versions were counted. A store of that time has some of it already, with rows.
-- Tables carry no index, key or sequence (DuckLake has none), so the same SQL runs on either.
CREATE SCHEMA IF NOT EXISTS rows;
CREATE SCHEMA IF NOT EXISTS in_force;
CREATE SCHEMA IF NOT EXISTS code_list;
CREATE TABLE IF NOT EXISTS submission (
    submission INTEGER, sha256 VARCHAR, partner_id VARCHAR, dataset VARCHAR, covers_from DATE, covers_to DATE,
    rows_in BIGINT, rows_kept BIGINT, rows_blocked BIGINT);
CREATE TABLE IF NOT EXISTS submission_event (
    event BIGINT, submission INTEGER, state VARCHAR, happened_at TIMESTAMP, actor VARCHAR);
CREATE TABLE IF NOT EXISTS finding (submission INTEGER, rule VARCHAR, "row" INTEGER, "column" VARCHAR);
CREATE TABLE IF NOT EXISTS repair (submission INTEGER, repair VARCHAR, "column" VARCHAR, cells BIGINT);
CREATE TABLE IF NOT EXISTS said (
    partner_id VARCHAR, dataset VARCHAR, words VARCHAR, happened_at TIMESTAMP, actor VARCHAR);
CREATE TABLE IF NOT EXISTS coverage (
    partner_id VARCHAR, dataset VARCHAR, submission INTEGER, rank INTEGER, from_day DATE, to_day DATE);
CREATE TABLE IF NOT EXISTS counts (
    indicator VARCHAR, owner VARCHAR, period_kind VARCHAR, period_start DATE, period_end DATE,
    stratifier VARCHAR, category VARCHAR, denominator BIGINT, numerator BIGINT);
CREATE TABLE IF NOT EXISTS release_made (release INTEGER, happened_at TIMESTAMP, actor VARCHAR);
CREATE TABLE IF NOT EXISTS note (
    note BIGINT, partner_id VARCHAR, dataset VARCHAR, sha256 VARCHAR, submission INTEGER, kind VARCHAR, appeal BIGINT,
    rule VARCHAR, "column" VARCHAR, words VARCHAR, happened_at TIMESTAMP, actor VARCHAR, event BIGINT);
CREATE TABLE IF NOT EXISTS appeal (note BIGINT, rows_in BIGINT, rows_blocked BIGINT, rules VARCHAR);
CREATE TABLE IF NOT EXISTS code_list.diagnosis (
    code VARCHAR, left_out VARCHAR, always_planned BOOLEAN, acute BOOLEAN);
CREATE TABLE IF NOT EXISTS code_list.procedure (
    code VARCHAR, always_planned BOOLEAN, potentially_planned BOOLEAN);
CREATE TABLE IF NOT EXISTS code_list.loaded (version VARCHAR, fingerprint VARCHAR);
