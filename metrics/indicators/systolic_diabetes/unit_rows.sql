WITH
{{ readings_outside_hospital }},
-- Of each day the lowest, then of each month the latest day: a period's latest is the latest of its months'.
days AS (
    SELECT person, measured_on, min(systolic) AS systolic,
        min(struct_pack(pressure := systolic, submission := submission, sent_row := sent_row)) AS lowest_systolic
    FROM taken WHERE systolic IS NOT NULL GROUP BY ALL),
month_last AS (
    SELECT person, date_trunc('month', measured_on) AS month, max(measured_on) AS day,
        arg_max(systolic, measured_on) AS systolic, arg_max(lowest_systolic, measured_on) AS lowest_systolic
    FROM days GROUP BY ALL),
latest AS (
    SELECT person, period, CAST(arg_max(systolic, day) AS DECIMAL(18, 1)) AS systolic,
        arg_max(lowest_systolic, day) AS lowest_systolic
    FROM month_last JOIN period_months USING (month) GROUP BY person, period),
diabetic AS (
    SELECT DISTINCT person, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until FROM events
    WHERE event = 'diabetes' AND {{ diagnosed }}),
of_age AS (
    FROM (SELECT person, period, period_start, period_end, systolic, lowest_systolic, unknown_age_counts,
              date_sub('year', birth_date, period_end) AS age
          FROM latest JOIN periods USING (period) JOIN people USING (person) CROSS JOIN choice)
    WHERE coalesce(age, CASE WHEN unknown_age_counts THEN 18 END) >= 18),
population AS (
    SELECT person, period, period_start, period_end, systolic, lowest_systolic FROM of_age o
    SEMI JOIN diabetic d ON d.person = o.person AND d.starts_on <= o.period_end AND d.lasts_until >= o.period_start),
{{ conditions_and_care }},
reasons AS (
    SELECT person, period,
        CASE WHEN bool_or(event = 'hospice') THEN 'hospice' WHEN bool_or(event = 'pregnancy') THEN 'pregnancy'
             ELSE 'palliative_care' END AS exclusion_reason
    FROM population JOIN facts USING (person)
    WHERE event IN ('hospice', 'pregnancy', 'palliative_care')
      AND starts_on <= period_end AND lasts_until >= period_start
    GROUP BY person, period)
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, CASE WHEN exclusion_reason IS NULL THEN systolic END AS value,
    period_end AS aged_on, lowest_systolic
FROM population LEFT JOIN reasons USING (person, period)
