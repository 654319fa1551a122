-- Which release first showed a cell, in place of whether any did: what a release was checked against must not hold what
-- it showed itself. Of the newest release the figures of the one before tell; of earlier ones nothing asks any more.
-- And counts that no table holds are remembered too, whether they were so and by which release's rungs.
-- The table is made anew: one whose rows and columns both change in a transaction cannot be committed.
CREATE TABLE earlier_by_release AS
    SELECT e.* EXCLUDE (shown, newest), CASE WHEN NOT e.shown THEN NULL WHEN r.release IS NOT NULL THEN e.last_release
        ELSE e.first_release END AS first_shown, false AS folded
    FROM (SELECT *, (SELECT max(release) FROM released) AS newest FROM earlier) e
    LEFT JOIN (
        SELECT * FROM released
        WHERE release = (SELECT max(release) FROM released WHERE release < (SELECT max(release) FROM released))
            AND suppressed AND closed) r
    ON e.shown AND e.first_release < e.last_release AND e.last_release = e.newest
        AND r.indicator = e.indicator AND r.scope = e.scope AND r.period_kind = e.period_kind
        AND r.period_end = e.period_end AND r.stratifier = e.stratifier AND r.category = e.category
        AND r.rung IS NOT DISTINCT FROM e.rung AND r.denominator IS NOT DISTINCT FROM e.denominator
        AND r.numerator IS NOT DISTINCT FROM e.numerator
    UNION ALL BY NAME
    SELECT indicator, scope, period_kind, period_start, period_end, stratifier, category, rung, part_of, denominator,
        numerator, scope <> 'partnership' AND counts_only_partners > 0 AS counts_only, true AS folded,
        release AS first_release, release AS last_release,
        (SELECT max(policy) FROM earlier WHERE last_release = (SELECT max(release) FROM released)) AS policy
    FROM released WHERE folded AND closed AND release = (SELECT max(last_release) FROM earlier);
DROP TABLE earlier;
ALTER TABLE earlier_by_release RENAME TO earlier;
