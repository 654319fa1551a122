-- The story of a measure: each part (story, partners, ideas, strategy) is a chain of versions, of which the last holds;
-- rows are only ever added. `release`: the one that was shown then. Beside a version of the partners who has which role.
CREATE TABLE story_note (
    indicator VARCHAR, part VARCHAR, version INTEGER, words VARCHAR, release INTEGER, actor VARCHAR,
    happened_at TIMESTAMP);
CREATE TABLE story_role (indicator VARCHAR, part VARCHAR, version INTEGER, partner_id VARCHAR, role VARCHAR);
-- Statements that people of a group or place scored, as counts of people; `kind`: entered or withdrawn; `grouping` NULL:
-- of everyone who was asked.
CREATE TABLE voice_score (
    score INTEGER, step INTEGER, kind VARCHAR, indicator VARCHAR, statement VARCHAR, grouping VARCHAR, category VARCHAR,
    asked_on DATE, agree INTEGER, unsure INTEGER, disagree INTEGER, reason VARCHAR, release INTEGER, actor VARCHAR,
    happened_at TIMESTAMP);
-- What people asked for and what came of it; `kind`: heard, answered or withdrawn, of which the last holds.
CREATE TABLE voice_request (
    request INTEGER, step INTEGER, kind VARCHAR, indicator VARCHAR, said VARCHAR, grouping VARCHAR, category VARCHAR,
    said_on DATE, answer VARCHAR, answered_on DATE, reason VARCHAR, release INTEGER, actor VARCHAR,
    happened_at TIMESTAMP);
