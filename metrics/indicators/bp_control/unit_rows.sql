WITH
{{ readings_outside_hospital }},
-- Of each day, the lowest systolic and the lowest diastolic, also when from different readings.
days AS (
    SELECT person, measured_on, min(systolic) AS systolic, min(diastolic) AS diastolic,
        min(struct_pack(pressure := systolic, submission := submission, sent_row := sent_row))
            FILTER (systolic IS NOT NULL) AS lowest_systolic,
        min(struct_pack(pressure := diastolic, submission := submission, sent_row := sent_row))
            FILTER (diastolic IS NOT NULL) AS lowest_diastolic
    FROM taken
    GROUP BY ALL HAVING min(systolic) IS NOT NULL AND min(diastolic) IS NOT NULL),
-- A period is a set of months, so its latest day is the latest of its months' latest days. Months first: a person's
-- readings are looked at once, not once for each of the periods that they lie in.
month_last AS (
    SELECT person, date_trunc('month', measured_on) AS month, max(measured_on) AS day,
        arg_max(systolic < 140 AND diastolic < 90, measured_on) AS controlled,
        arg_max(lowest_systolic, measured_on) AS lowest_systolic,
        arg_max(lowest_diastolic, measured_on) AS lowest_diastolic
    FROM days GROUP BY ALL),
latest AS (
    SELECT person, period, arg_max(controlled, day) AS controlled, arg_max(lowest_systolic, day) AS lowest_systolic,
        arg_max(lowest_diastolic, day) AS lowest_diastolic
    FROM month_last JOIN period_months USING (month) GROUP BY person, period),
hypertensive AS (
    SELECT DISTINCT person, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until FROM events
    WHERE event = 'hypertension' AND {{ diagnosed }}),
-- Of each month's visits the one that ends first decides: a visit must lie wholly inside the period.
visits AS (
    SELECT person, date_trunc('month', starts_on) AS month, min(coalesce(ends_on, starts_on)) AS ended
    FROM events SEMI JOIN hypertensive USING (person)
    WHERE event IN {{ visits }} AND coalesce(status, 'finished') = 'finished' GROUP BY ALL),
considered AS (
    SELECT DISTINCT person, period FROM visits JOIN period_months USING (month)
    WHERE period_kind = 'year' AND ended <= period_end
    UNION ALL
    SELECT person, period FROM latest JOIN periods USING (period) WHERE period_kind = 'month'),
of_age AS (
    FROM (SELECT person, period, period_start, period_end, diagnosis_by, unknown_age_counts,
              date_sub('year', birth_date, period_end) AS age
          FROM considered JOIN periods USING (period) JOIN people USING (person) CROSS JOIN choice)
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
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, exclusion_reason IS NULL AND coalesce(controlled, false) AS in_numerator, period_end AS aged_on,
    lowest_systolic, lowest_diastolic
FROM population LEFT JOIN latest USING (person, period) LEFT JOIN reasons USING (person, period)
