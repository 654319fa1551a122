-- ended_programs: each person's time in a food program that has ended, once: as last sent. It lies in the month in which
-- it ended, when all of it is known.
ended_programs AS (
    SELECT person, partner_id, enrollment_id, program, ended_on, date_trunc('month', ended_on) AS month,
        coalesce(issued > 0 AND redeemed >= 0.75 * issued, false) AS spent,
        coalesce(offered > 0 AND attended >= 0.75 * offered, false) AS came,
        struct_pack(submission := submission, sent_row := sent_row) AS enrolled
    FROM sent_programs WHERE ended_on IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY person, partner_id, enrollment_id ORDER BY rank DESC, sent_row DESC) = 1)
