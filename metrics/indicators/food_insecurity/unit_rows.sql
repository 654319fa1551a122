WITH
{{ scored_screens }},
{{ latest_complete_screen }},
screened AS (
    SELECT DISTINCT person, period
    FROM (SELECT DISTINCT person, date_trunc('month', screened_on) AS month FROM sent_screens)
    JOIN period_months USING (month))
SELECT person, period, l.screen.partner_id AS partner_id, NULL AS unit_id, l.screen IS NOT NULL AS in_denominator,
    CASE WHEN l.screen IS NULL THEN 'incomplete' END AS exclusion_reason,
    coalesce(l.screen.outcome = 'insecure', false) AS in_numerator,
    period_end AS aged_on, l.screen.unit AS unit,
    l.screen.food_security_level AS food_security_level,
    CASE WHEN l.screen IS NOT NULL
         THEN struct_pack(submission := l.screen.submission, sent_row := l.screen.sent_row) END AS screen
FROM screened LEFT JOIN latest l USING (person, period) JOIN periods USING (period)
