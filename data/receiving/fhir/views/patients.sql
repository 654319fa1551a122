-- One row for each Patient. A birth date without its day gives its year. The payer is that of the coverages that are
-- active when the newest of them begins: the first in order, and both where one is Medicare and another Medicaid.
WITH active AS (
    SELECT patient AS id, line, starts, place, coalesce(getvariable('payers')[payer], payer) AS payer, ends,
        max(coalesce(starts, '')) OVER (PARTITION BY patient) AS newest
    FROM coverage WHERE status = 'active' AND payer IS NOT NULL AND repeats IS NULL),
covered AS (
    SELECT id, list(line) AS covered_in,
        CASE WHEN bool_or(payer = 'dual') OR (bool_or(payer = 'medicare') AND bool_or(payer = 'medicaid')) THEN 'dual'
             ELSE first(payer ORDER BY place, coalesce(starts, '') DESC, line) END AS payer
    FROM active WHERE ends IS NULL OR ends >= newest GROUP BY id)
SELECT line, 'Patient' AS source, repeats AS rule, NULL::VARCHAR AS remark, id AS patient_id,
    CASE WHEN born IS NULL OR length(born) > 7 THEN born END AS birth_date,
    CASE WHEN length(born) <= 7 THEN born[:4] END AS birth_year,
    gender AS sex, race, ethnicity, language, payer, zip, list_prepend(line, coalesce(covered_in, [])) AS lines
FROM patient LEFT JOIN covered USING (id)
