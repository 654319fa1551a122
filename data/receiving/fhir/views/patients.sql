-- One row for each Patient. A birth date without its day gives its year.
SELECT line, 'Patient' AS source, repeats AS rule, NULL::VARCHAR AS remark, id AS patient_id,
    CASE WHEN born IS NULL OR length(born) > 7 THEN born END AS birth_date,
    CASE WHEN length(born) <= 7 THEN born[:4] END AS birth_year,
    gender AS sex, race, ethnicity, language, zip
FROM patient
