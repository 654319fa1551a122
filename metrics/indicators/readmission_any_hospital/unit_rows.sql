-- Stays become episodes, and each episode may be an index stay with a first return (CMS hospital-wide shape).
-- Work is in calendar dates.
WITH
{{ stay_episodes }},
-- The next episode, at whatever hospital.
returned AS (
    SELECT *, lead(admitted_on) OVER later AS next_admitted_on, lead(opening) OVER later AS next
    FROM episodes WINDOW later AS (PARTITION BY person ORDER BY episode)),
{{ planned_returns }},
{{ index_stays }}
SELECT person, period, i.partner_id, unit_id, exclusion_reason IS NULL AS in_denominator, exclusion_reason,
    exclusion_reason IS NULL AND returned_in_30 AND next_planned IS NOT TRUE AS in_numerator,
    in_numerator AND next_planned IS NULL AS untold, aged_on, expected, index_stay, return_stay
FROM (SELECT *, date_trunc('month', discharged_on) AS month FROM index_stays) i
JOIN period_months USING (month)
