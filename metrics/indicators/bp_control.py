"""Blood-pressure control, derived from CMS165v14 (eCQI names no CBE id for it, so neither do we)."""

import datetime as dt

from metrics.counting.declaration import Benchmark, Indicator
from metrics.counting.pressure_readings import DIAGNOSED, FACTS, READINGS
from schemas.vocabularies.code_lists import VISITS

_REASONS = {
    "hospice": "Hospice care in the period",
    "pregnancy": "Pregnancy in the period",
    "kidney_failure": "End-stage renal disease, CKD stage 5, dialysis or a kidney transplant",
    "palliative_care": "Palliative care in the period",
    "frail_66_to_80": "Age 66 to 80, frail, with advanced illness or dementia medication",
    "frail_81": "Age 81 or over and frail",
    "nursing_home": "Age 66 or over, living in a nursing home",
}

UNIT_ROWS = f"""
WITH {READINGS},
-- Of each day, the lowest systolic and the lowest diastolic, also when from different readings.
days AS (
    SELECT person, measured_on, min(systolic) AS systolic, min(diastolic) AS diastolic FROM taken
    GROUP BY ALL HAVING min(systolic) IS NOT NULL AND min(diastolic) IS NOT NULL),
-- A period is a set of months, so its latest day is the latest of its months' latest days. Day and outcome travel
-- in one number: the day doubled, plus one when controlled.
month_last AS (
    SELECT person, date_trunc('month', measured_on) AS month,
        max((measured_on - DATE '1900-01-01') * 2
            + CASE WHEN systolic < 140 AND diastolic < 90 THEN 1 ELSE 0 END) AS place
    FROM days GROUP BY ALL),
latest AS (
    SELECT person, period, max(place) % 2 = 1 AS controlled
    FROM month_last JOIN period_months USING (month) GROUP BY person, period),
hypertensive AS (
    SELECT DISTINCT person, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until FROM events
    WHERE event = 'hypertension' AND {DIAGNOSED}),
-- Of each month's visits the one that ends first decides: a visit must lie wholly inside the period.
visits AS (
    SELECT person, date_trunc('month', starts_on) AS month, min(coalesce(ends_on, starts_on)) AS ended
    FROM events SEMI JOIN hypertensive USING (person)
    WHERE event IN {VISITS} AND coalesce(status, 'finished') = 'finished' GROUP BY ALL),
considered AS (
    SELECT DISTINCT person, period FROM visits JOIN period_months USING (month)
    WHERE period_kind = 'year' AND ended <= period_end
    UNION ALL
    SELECT person, period FROM latest JOIN periods USING (period) WHERE period_kind = 'month'),
of_age AS (
    SELECT person, period, period_start, period_end, diagnosis_by, date_sub('year', birth_date, period_end) AS age
    FROM considered JOIN periods USING (period) JOIN people USING (person) CROSS JOIN choice
    WHERE coalesce(age, CASE WHEN unknown_age_counts THEN 18 END) BETWEEN 18 AND 85),
population AS (
    SELECT person, period, period_start, period_end, age FROM of_age o
    SEMI JOIN hypertensive h ON h.person = o.person AND h.starts_on <= o.diagnosis_by
        AND h.lasts_until >= o.period_start),
{FACTS},
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
        arg_max(event, (starts_on - DATE '1900-01-01') * 2 + CASE event WHEN 'nursing_home' THEN 1 ELSE 0 END)
            FILTER (event IN ('nursing_home', 'other_housing') AND starts_on <= period_end) AS housing
    FROM population JOIN facts USING (person) GROUP BY person, period),
reasons AS (
    SELECT person, period,
        CASE WHEN hospice THEN 'hospice' WHEN pregnancy THEN 'pregnancy' WHEN kidney_failure THEN 'kidney_failure'
             WHEN palliative THEN 'palliative_care'
             WHEN frail AND advanced AND age BETWEEN 66 AND 80 THEN 'frail_66_to_80'
             WHEN frail AND age >= 81 THEN 'frail_81'
             WHEN housing = 'nursing_home' AND age >= 66 THEN 'nursing_home' END AS exclusion_reason
    FROM excluded)
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, exclusion_reason IS NULL AND coalesce(controlled, false) AS in_numerator, age
FROM population LEFT JOIN latest USING (person, period) LEFT JOIN reasons USING (person, period)
"""

INDICATOR = Indicator(
    id="bp_control",
    order=30,
    version="1.0",
    title="Blood pressure under control",
    measure="Blood-pressure control",
    plain="Of adults with high blood pressure who were seen this year, the share whose latest reading was below "
    "140/90.",
    why="Controlled blood pressure prevents strokes, heart attacks and kidney failure; it is the largest preventable "
    "cause of death that partners can act on together.",
    denominator="People aged 18 to 85 at the period's end with essential hypertension that overlaps the first six "
    "months of the period, and at least one finished outpatient visit within it. A plain month: people with "
    "hypertension and a qualifying reading that month.",
    numerator="On the latest day with both pressures (readings in hospital and emergency left out), the lowest "
    "systolic is below 140 and the lowest diastolic below 90 mmHg. No reading counts as not controlled.",
    exclusions=_REASONS,
    source="Derived from CMS165v14, Controlling High Blood Pressure (eCQI, FHIR 2025/26 edition)",
    better="higher",
    units="people",
    outcome="under control",
    month_means="the share controlled among people with a reading in that month; in the year, people without one "
    "count as not controlled",
    benchmark=Benchmark(label="Medicaid plans, US mean", rate=0.609, source="HEDIS CBP 2022, NCQA"),
    choices=("unknown_age_counts",),
    main="blood_pressure",
    reach={
        "blood_pressure": "within",
        "clinical_events": "since",
        "patients": "all",
        "hospital_stays": "within",
    },
    review_on=dt.date(2027, 6, 30),
    unit_rows=UNIT_ROWS,
)
