-- planned_returns: each episode, and whether the return after it was planned; null if that cannot be told.
--
-- What the partner itself says holds. Else CMS's algorithm: a stay is planned that has an always-planned procedure or
-- diagnosis, or a potentially planned procedure and no acute principal diagnosis. Only returns within 30 days are looked
-- up: looking up all stays costs a third more.
to_be_told AS (
    SELECT *, next.diagnosis AS diagnosis, next.procedures AS procedures, next.submission AS submission,
        next.sent_row AS sent_row
    FROM returned WHERE next.planned IS NULL AND next_admitted_on <= final.discharged_on + 30),
listed_procedures AS (
    SELECT person, episode, bool_or(p.always_planned) AS always_planned,
        bool_or(p.potentially_planned) AS potentially_planned, bool_and(p.code IS NOT NULL) AS listed
    FROM (SELECT person, episode, unnest(code_list.codes(procedures)) AS code
          FROM to_be_told WHERE procedures IS NOT NULL) c
    LEFT JOIN code_list.procedure p ON p.code = c.code
    GROUP BY person, episode),
procedures_none AS (
    -- Most stays have no procedure, and files say so by a blank. So a blank means "none" in a file that gives procedures
    -- of any stay; in a file without any it means "not sent". A cell that could not be read is no blank.
    SELECT person, episode FROM to_be_told SEMI JOIN procedures_sent USING (submission)
    ANTI JOIN procedures_unread USING (submission, sent_row) WHERE procedures IS NULL),
planned_returns AS (
    -- A fact that was not sent, or a code that is on no list, is never read as "no": an always-planned diagnosis proves
    -- a stay planned, but without its procedures none is proved unplanned.
    SELECT person, episode, r.admitted_on, r.final, r.next_admitted_on, r.next,
        CASE WHEN d.always_planned OR p.always_planned THEN true
            WHEN p.potentially_planned AND NOT d.acute THEN true
            WHEN d.code IS NOT NULL AND (p.listed OR n.person IS NOT NULL) THEN false
        END AS next_planned
    FROM to_be_told r LEFT JOIN listed_procedures p USING (person, episode)
    LEFT JOIN procedures_none n USING (person, episode)
    LEFT JOIN code_list.diagnosis d ON d.code = r.diagnosis
    -- The others pass by: joined to these few, all of them would be put into a table of the join.
    UNION ALL SELECT person, episode, admitted_on, final, next_admitted_on, next, next.planned = 'yes' FROM returned
    WHERE NOT coalesce(next.planned IS NULL AND next_admitted_on <= final.discharged_on + 30, false))
