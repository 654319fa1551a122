WITH
{{ scored_screens }},
{{ latest_complete_screen }},
-- HEDIS SNS-E counts from the first positive screen of January 1 to December 1, whatever a later screen says: here up to
-- the first day of the period's last month. Of a plain month it is the first of that month.
month_first AS (
    SELECT person, date_trunc('month', screened_on) AS month,
        min(struct_pack(screened_on := screened_on, person_only := coalesce(unit <> 'household', true),
            partner_id := partner_id, unit := unit, submission := submission, sent_row := sent_row)) AS screen
    FROM screens WHERE outcome = 'insecure' GROUP BY ALL),
first AS (
    SELECT person, period, min(screen) AS screen FROM month_first JOIN period_months USING (month)
    WHERE period_kind = 'month' OR screen.screened_on <= period_start + INTERVAL 11 MONTH GROUP BY ALL),
positive AS (
    SELECT person, period, struct_pack(screened_on := screen.screened_on, partner_id := screen.partner_id,
        unit := screen.unit, submission := screen.submission, sent_row := screen.sent_row) AS screen
    FROM latest WHERE screen.outcome = 'insecure' AND (SELECT help_counts_from FROM choice) = 'latest_screen'
    UNION ALL
    SELECT person, period, struct_pack(screened_on := screen.screened_on, partner_id := screen.partner_id,
        unit := screen.unit, submission := screen.submission, sent_row := screen.sent_row)
    FROM first WHERE (SELECT help_counts_from FROM choice) = 'first_screen'),
-- Of help within the time, the first: of the row that says so.
helped AS (
    SELECT p.person, p.period, min(struct_pack(intervention_on := h.intervention_on, submission := h.submission,
        sent_row := h.sent_row)) AS help
    FROM positive p JOIN screens h ON h.person = p.person
        AND h.intervention_on BETWEEN p.screen.screened_on AND p.screen.screened_on + 30
    GROUP BY p.person, p.period)
SELECT person, period, p.screen.partner_id AS partner_id, NULL AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    help IS NOT NULL AS in_numerator,
    period_end AS aged_on, p.screen.unit AS unit, p.screen AS screen, help
FROM positive p LEFT JOIN helped USING (person, period) JOIN periods USING (period)
