-- What became of the referrals of a closed calendar year, as far as everyone may see it; kept once and never changed.
-- `what`: days or reasons; `parts`: those told together, joined by +; empty, with nobody: nothing may be shown.
CREATE TABLE loop_ends (
    year INTEGER, what VARCHAR, place INTEGER, parts VARCHAR, people INTEGER, release INTEGER);
