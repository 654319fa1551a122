-- closing: every day up to last_day is closed since this release, and reads what was accepted up to last_event.
-- erratum: of its dataset the closed days read what was accepted up to its own last_event.
CREATE TABLE closing (release INTEGER, last_day DATE, last_event BIGINT);
CREATE TABLE erratum (
    erratum INTEGER, dataset VARCHAR, reason VARCHAR, proposed_by VARCHAR, proposed_at TIMESTAMP,
    approved_by VARCHAR, approved_at TIMESTAMP, last_day DATE, last_event BIGINT, release INTEGER);
