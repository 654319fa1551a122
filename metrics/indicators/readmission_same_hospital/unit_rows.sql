-- Stays become episodes, and each episode may be an index stay with a first return (CMS hospital-wide shape).
-- Work is in calendar dates.
WITH
{{ stay_episodes }},
-- The next episode that begins at the hospital that discharged.
returned AS (
    SELECT e.*, r.next_admitted_on, r.next FROM episodes e LEFT JOIN (
        SELECT e.person, e.episode, arg_min(f.admitted_on, f.episode) AS next_admitted_on,
            arg_min(f.opening, f.episode) AS next
        FROM episodes e JOIN episodes f ON f.person = e.person
            AND f.opening.hospital = e.final.hospital AND f.episode > e.episode
        GROUP BY ALL) r USING (person, episode)),
{{ planned_returns }},
{{ index_stays }}
SELECT person, period, i.partner_id, unit_id, exclusion_reason IS NULL AS in_denominator, exclusion_reason,
    exclusion_reason IS NULL AND returned_in_30 AND next_planned IS NOT TRUE AS in_numerator,
    in_numerator AND next_planned IS NULL AS untold, aged_on, index_stay, return_stay
FROM (SELECT *, date_trunc('month', discharged_on) AS month FROM index_stays) i
JOIN period_months USING (month)
