"""Blood-pressure control, derived from CMS165v14 (eCQI names no CBE id for it, so neither do we)."""

import datetime as dt

from metrics.indicator import Benchmark, Indicator

_VISITS = """('office_visit', 'annual_wellness_visit', 'preventive_visit', 'home_health_visit', 'virtual_visit',
              'telephone_visit')"""
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
WITH hospital_days AS (
    SELECT DISTINCT owner, person, starts_on, coalesce(ends_on, starts_on) AS ends_on FROM events
    WHERE event IN ('inpatient_stay', 'emergency_visit') AND coalesce(status, 'finished') = 'finished'),
-- Of each day, the lowest systolic and the lowest diastolic, also when from different readings.
days AS (
    SELECT owner, person, measured_on, min(systolic) AS systolic, min(diastolic) AS diastolic
    FROM readings r
    WHERE coalesce(setting, '') NOT IN ('emergency', 'inpatient')
      AND (setting IS NOT NULL OR NOT EXISTS (
          SELECT 1 FROM hospital_days h WHERE h.owner = r.owner AND h.person = r.person
          AND r.measured_on BETWEEN h.starts_on AND h.ends_on))
    GROUP BY ALL HAVING min(systolic) IS NOT NULL AND min(diastolic) IS NOT NULL),
-- A period is a set of months, so its latest day is the latest of its months' latest days.
month_last AS (
    SELECT owner, person, date_trunc('month', measured_on) AS month, max(measured_on) AS measured_on,
        arg_max(systolic < 140 AND diastolic < 90, measured_on) AS controlled
    FROM days GROUP BY ALL),
latest AS (
    SELECT owner, person, period_kind, period_start, period_end, arg_max(controlled, measured_on) AS controlled
    FROM month_last JOIN period_months USING (month) GROUP BY ALL),
visited AS (
    SELECT DISTINCT owner, person, period_kind, period_start, period_end
    FROM (SELECT DISTINCT owner, person, date_trunc('month', starts_on) AS month,
              coalesce(ends_on, starts_on) AS ends_on
          FROM events WHERE event IN {_VISITS} AND coalesce(status, 'finished') = 'finished')
    JOIN period_months USING (month) WHERE period_kind = 'year' AND ends_on <= period_end),
considered AS (
    SELECT owner, person, period_kind, period_start, period_end FROM visited
    UNION ALL SELECT owner, person, period_kind, period_start, period_end FROM latest WHERE period_kind = 'month'),
hypertensive AS (
    SELECT DISTINCT owner, person, starts_on, ends_on FROM events
    WHERE event = 'hypertension'
      AND coalesce(status, 'confirmed') IN ('confirmed', 'unconfirmed', 'provisional', 'differential')),
population AS (
    SELECT c.*, date_sub('year', p.birth_date, c.period_end) AS age
    FROM considered c JOIN periods USING (period_kind, period_start, period_end)
    LEFT JOIN people p ON p.owner = c.owner AND p.person = c.person
    WHERE (age BETWEEN 18 AND 85 OR (age IS NULL AND (SELECT unknown_age_counts FROM choice)))
      AND EXISTS (SELECT 1 FROM hypertensive h WHERE h.owner = c.owner AND h.person = c.person
                  AND h.starts_on <= diagnosis_by AND coalesce(h.ends_on, DATE '9999-12-31') >= c.period_start)),
-- Blank end: what goes on goes on; a procedure (dialysis, transplant) is over on its day.
facts AS (
    SELECT owner, person, event, starts_on, ends_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until,
        coalesce(ends_on, starts_on) AS ended
    FROM events
    WHERE event IN ('hospice', 'pregnancy', 'end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient',
                    'dialysis', 'kidney_transplant', 'esrd_monthly_service', 'palliative_care', 'frailty',
                    'advanced_illness', 'dementia_medication', 'nursing_home', 'other_housing')
      AND coalesce(status, 'finished') NOT IN ('refuted', 'entered_in_error', 'planned', 'cancelled')
    UNION ALL
    SELECT owner, person, 'hospice', discharged_on, discharged_on, discharged_on, discharged_on FROM sent_stays s
    WHERE disposition = 'hospice' AND NOT EXISTS (
        SELECT 1 FROM sent_stays later WHERE later.stay_id = s.stay_id AND later.rank > s.rank)),
excluded AS (
    SELECT p.owner, p.person, p.period_kind, p.period_start, p.period_end, p.age,
        bool_or(event = 'hospice' AND starts_on <= p.period_end AND lasts_until >= p.period_start) AS hospice,
        bool_or(event = 'pregnancy' AND starts_on <= p.period_end AND lasts_until >= p.period_start) AS pregnancy,
        bool_or((event IN ('end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient')
                 AND starts_on <= p.period_end AND lasts_until >= p.period_start)
                OR (event IN ('dialysis', 'kidney_transplant') AND ended <= p.period_end)
                OR (event = 'esrd_monthly_service' AND starts_on <= p.period_end)) AS kidney_failure,
        bool_or(event = 'palliative_care' AND starts_on <= p.period_end AND lasts_until >= p.period_start)
            AS palliative_care,
        bool_or(event = 'frailty' AND starts_on <= p.period_end AND lasts_until >= p.period_start) AS frail,
        bool_or((event = 'advanced_illness' AND starts_on BETWEEN p.period_start - INTERVAL 1 YEAR AND p.period_end)
                OR (event = 'dementia_medication' AND starts_on <= p.period_end
                    AND lasts_until >= p.period_start - INTERVAL 1 YEAR)) AS advanced,
        arg_max(event, (starts_on - DATE '1900-01-01') * 2 + CASE event WHEN 'nursing_home' THEN 1 ELSE 0 END)
            FILTER (event IN ('nursing_home', 'other_housing') AND starts_on <= p.period_end) AS housing
    FROM population p JOIN facts USING (owner, person) GROUP BY ALL),
reasons AS (
    SELECT owner, person, period_kind, period_start, period_end,
        CASE WHEN hospice THEN 'hospice' WHEN pregnancy THEN 'pregnancy' WHEN kidney_failure THEN 'kidney_failure'
             WHEN palliative_care THEN 'palliative_care'
             WHEN frail AND advanced AND age BETWEEN 66 AND 80 THEN 'frail_66_to_80'
             WHEN frail AND age >= 81 THEN 'frail_81'
             WHEN housing = 'nursing_home' AND age >= 66 THEN 'nursing_home' END AS exclusion_reason
    FROM excluded)
SELECT p.owner, CASE p.owner WHEN 'partnership' THEN NULL ELSE p.owner END AS partner_id, p.person, p.person AS unit_id,
    p.period_kind, p.period_start, p.period_end, exclusion_reason IS NULL AS in_denominator, exclusion_reason,
    exclusion_reason IS NULL AND coalesce(l.controlled, false) AS in_numerator, p.age
FROM population p
LEFT JOIN latest l USING (owner, person, period_kind, period_start, period_end)
LEFT JOIN reasons USING (owner, person, period_kind, period_start, period_end)
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
