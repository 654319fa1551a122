WITH
{{ readings_outside_hospital }},
-- Of each day, the lowest systolic and the lowest diastolic, also when from different readings.
days AS (
    SELECT person, measured_on, min(systolic) AS systolic, min(diastolic) AS diastolic FROM taken
    GROUP BY ALL HAVING min(systolic) IS NOT NULL AND min(diastolic) IS NOT NULL),
-- A period is a set of months, so its latest day is the latest of its months' latest days. Months first: a person's
-- readings are looked at once, not once for each of the periods that they lie in.
month_last AS (
    SELECT person, date_trunc('month', measured_on) AS month, max(measured_on) AS day,
        arg_max(systolic < 140 AND diastolic < 90, measured_on) AS controlled
    FROM days GROUP BY ALL),
latest AS (
    SELECT person, period, arg_max(controlled, day) AS controlled
    FROM month_last JOIN period_months USING (month) GROUP BY person, period),
{{ hypertensive_visits }},
considered AS (
    SELECT DISTINCT person, period FROM visits JOIN period_months USING (month)
    WHERE period_kind = 'year' AND ended <= period_end
    UNION ALL
    SELECT person, period FROM latest JOIN periods USING (period) WHERE period_kind = 'month'),
{{ hypertensive_population }}
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, exclusion_reason IS NULL AND coalesce(controlled, false) AS in_numerator, age
FROM population LEFT JOIN latest USING (person, period) LEFT JOIN reasons USING (person, period)
