-- Decisions of meetings: each is a chain of steps, of which the last holds; rows are only ever added. `kind`: made,
-- revised, done or dropped; `indicator` NULL: about no single measure; `release`: the one that was shown then.
CREATE TABLE decision_step (
    decision INTEGER, step INTEGER, kind VARCHAR, indicator VARCHAR, release INTEGER, words VARCHAR, owner VARCHAR,
    due DATE, reason VARCHAR, actor VARCHAR, happened_at TIMESTAMP);
