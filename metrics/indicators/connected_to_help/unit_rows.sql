WITH
{{ scored_screens }},
{{ latest_complete_screen }},
positive AS (
    SELECT person, period, screen, screen.screened_on AS positive_on FROM latest WHERE screen.outcome = 'insecure'),
helped AS (SELECT DISTINCT person, intervention_on FROM screens WHERE intervention_on IS NOT NULL)
SELECT l.person, l.period, l.screen.partner_id AS partner_id, NULL AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    EXISTS (SELECT 1 FROM helped h WHERE h.person = l.person
            AND h.intervention_on BETWEEN l.positive_on AND l.positive_on + 30) AS in_numerator,
    date_sub('year', birth_date, period_end) AS age, l.screen.unit AS unit
FROM positive l JOIN people USING (person) JOIN periods USING (period)
