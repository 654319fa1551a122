-- One row for each Encounter of class inpatient or observation that began. One that is part of another stay is none.
WITH stays AS (SELECT *, word('stay_class', class) AS stay_type FROM encounter WHERE stay_type IS NOT NULL),
done AS (
    SELECT encounter AS stay, string_agg(DISTINCT c.code, ';' ORDER BY c.code) AS procedures
    FROM (SELECT encounter, unnest(codes) AS c FROM procedure WHERE status = 'completed' AND repeats IS NULL)
    WHERE c.system = 'icd10pcs' GROUP BY encounter),
named AS (
    SELECT id AS diagnosis, list_filter(codes, lambda c: c.system = 'icd10')[1].code AS code
    FROM condition WHERE repeats IS NULL)
SELECT line, 'Encounter' AS source,
    CASE WHEN repeats IS NOT NULL THEN repeats
         WHEN has('not_done', status) THEN 'not_done'
         WHEN part_of IN (SELECT id FROM stays) THEN 'part_of_stay' END AS rule,
    NULL::VARCHAR AS remark, id AS stay_id, patient AS patient_id, starts AS admitted_on,
    CASE WHEN word('status', status) IS DISTINCT FROM 'in_progress' THEN ends END AS discharged_on, stay_type,
    CASE WHEN (SELECT count(DISTINCT hospital) FROM stays) > 1 THEN hospital END AS hospital,
    coalesce(word('disposition', disposition), disposition) AS disposition,
    named.code AS principal_diagnosis, done.procedures
FROM stays LEFT JOIN named USING (diagnosis) LEFT JOIN done ON done.stay = stays.id
