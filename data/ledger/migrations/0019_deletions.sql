-- What was deleted for good, and never whose it was. `kind`: person, partner or period; `partner_id` NULL: of everyone;
-- `before`: of a period, the first day that stays; `rows_gone`: dataset -> rows, as JSON; `submissions`: those that held
-- them; `releases`: whose research edition was removed for it.
CREATE TABLE deletion (
    deletion INTEGER, kind VARCHAR, partner_id VARCHAR, before DATE, rows_gone VARCHAR, submissions INTEGER[],
    releases INTEGER[], reason VARCHAR, actor VARCHAR, happened_at TIMESTAMP);
-- When the store's file was written anew, so that nothing of it is left in its free blocks. Without a row it is still to
-- be done, at the latest at the next start.
CREATE TABLE deletion_cleaned (deletion INTEGER, happened_at TIMESTAMP);
