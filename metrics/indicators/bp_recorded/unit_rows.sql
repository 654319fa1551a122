WITH
{{ readings_outside_hospital }},
-- The days with both pressures, also when from different readings; of them the months.
recorded AS (
    SELECT DISTINCT person, date_trunc('month', measured_on) AS month FROM (
        SELECT person, measured_on FROM taken
        GROUP BY ALL HAVING min(systolic) IS NOT NULL AND min(diastolic) IS NOT NULL)),
met AS (SELECT DISTINCT person, period FROM recorded JOIN period_months USING (month)),
{{ hypertensive_visits }},
considered AS (
    SELECT DISTINCT person, period FROM visits JOIN period_months USING (month) WHERE ended <= period_end),
{{ hypertensive_population }}
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, exclusion_reason IS NULL AND met.person IS NOT NULL AS in_numerator, age
FROM population LEFT JOIN met USING (person, period) LEFT JOIN reasons USING (person, period)
