-- population, reasons: of the people `considered` in a period, adults with hypertension, and why some are left out.
of_age AS (
    SELECT person, period, period_start, period_end, diagnosis_by, date_sub('year', birth_date, period_end) AS age
    FROM considered JOIN periods USING (period) JOIN people USING (person) CROSS JOIN choice
    WHERE coalesce(age, CASE WHEN unknown_age_counts THEN 18 END) BETWEEN 18 AND 85),
population AS (
    SELECT person, period, period_start, period_end, age FROM of_age o
    SEMI JOIN hypertensive h ON h.person = o.person AND h.starts_on <= o.diagnosis_by
        AND h.lasts_until >= o.period_start),
{{ conditions_and_care }},
excluded AS (
    SELECT person, period, any_value(age) AS age,
        bool_or(event = 'hospice' AND starts_on <= period_end AND lasts_until >= period_start) AS hospice,
        bool_or(event = 'pregnancy' AND starts_on <= period_end AND lasts_until >= period_start) AS pregnancy,
        bool_or((event IN ('end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient')
                 AND starts_on <= period_end AND lasts_until >= period_start)
                OR (event IN ('dialysis', 'kidney_transplant') AND ended <= period_end)
                OR (event = 'esrd_monthly_service' AND starts_on <= period_end)) AS kidney_failure,
        bool_or(event = 'palliative_care' AND starts_on <= period_end AND lasts_until >= period_start) AS palliative,
        bool_or(event = 'frailty' AND starts_on <= period_end AND lasts_until >= period_start) AS frail,
        bool_or((event = 'advanced_illness' AND starts_on BETWEEN period_start - INTERVAL 1 YEAR AND period_end)
                OR (event = 'dementia_medication' AND starts_on <= period_end
                    AND lasts_until >= period_start - INTERVAL 1 YEAR)) AS advanced,
        max(starts_on) FILTER (event = 'nursing_home' AND starts_on <= period_end) AS moved_in,
        max(starts_on) FILTER (event = 'other_housing' AND starts_on <= period_end) AS moved_out
    FROM population JOIN facts USING (person) GROUP BY person, period),
reasons AS (
    SELECT person, period,
        CASE WHEN hospice THEN 'hospice' WHEN pregnancy THEN 'pregnancy' WHEN kidney_failure THEN 'kidney_failure'
             WHEN palliative THEN 'palliative_care'
             WHEN frail AND advanced AND age BETWEEN 66 AND 80 THEN 'frail_66_to_80'
             WHEN frail AND age >= 81 THEN 'frail_81'
             WHEN moved_in >= coalesce(moved_out, moved_in) AND age >= 66 THEN 'nursing_home' END AS exclusion_reason
    FROM excluded)
