-- Actions: each is a chain of steps, of which the last holds; rows are only ever added. `kind`: recorded, reported,
-- changed or undone; `indicator` NULL: about no single measure; `grouping` and `category`, `place_kind` and `place`: a
-- group and a place as releases call them; `so_far`: what it has done; `release`: the one that was shown then. Beside
-- each step who takes part, and what each gives and gets, in whole dollars.
CREATE TABLE action_step (
    action INTEGER, step INTEGER, kind VARCHAR, state VARCHAR, indicator VARCHAR, name VARCHAR, owner VARCHAR,
    grouping VARCHAR, category VARCHAR, place_kind VARCHAR, place VARCHAR, starts DATE, ends DATE, budget BIGINT,
    in_kind VARCHAR, next_step VARCHAR, next_due DATE, so_far VARCHAR, reason VARCHAR, release INTEGER, actor VARCHAR,
    happened_at TIMESTAMP);
CREATE TABLE action_part (
    action INTEGER, step INTEGER, partner_id VARCHAR, money BIGINT, in_kind BIGINT, gets BIGINT);
