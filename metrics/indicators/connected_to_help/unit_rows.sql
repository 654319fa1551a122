WITH
{{ scored_screens }},
{{ latest_complete_screen }},
-- HEDIS SNS-E counts from the first positive screen of January 1 to December 1, whatever a later screen says: here up to
-- the first day of the period's last month. Of a plain month it is the first of that month.
month_first AS (
    SELECT person, date_trunc('month', screened_on) AS month,
        min(struct_pack(screened_on := screened_on, person_only := coalesce(unit <> 'household', true),
            partner_id := partner_id, unit := unit)) AS screen
    FROM screens WHERE outcome = 'insecure' GROUP BY ALL),
first AS (
    SELECT person, period, min(screen) AS screen FROM month_first JOIN period_months USING (month)
    WHERE period_kind = 'month' OR screen.screened_on <= period_start + INTERVAL 11 MONTH GROUP BY ALL),
positive AS (
    SELECT person, period, screen.partner_id AS partner_id, screen.unit AS unit, screen.screened_on AS positive_on
    FROM latest WHERE screen.outcome = 'insecure' AND (SELECT help_counts_from FROM choice) = 'latest_screen'
    UNION ALL
    SELECT person, period, screen.partner_id, screen.unit, screen.screened_on
    FROM first WHERE (SELECT help_counts_from FROM choice) = 'first_screen'),
helped AS (SELECT DISTINCT person, intervention_on FROM screens WHERE intervention_on IS NOT NULL)
SELECT l.person, l.period, l.partner_id AS partner_id, NULL AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    EXISTS (SELECT 1 FROM helped h WHERE h.person = l.person
            AND h.intervention_on BETWEEN l.positive_on AND l.positive_on + 30) AS in_numerator,
    period_end AS aged_on, l.unit AS unit
FROM positive l JOIN periods USING (period)
