"""Blood pressures that count, and what leaves people out: the parts of SQL that indicators of blood pressure share."""

READINGS = """
span AS (SELECT min(period_start) AS first, max(period_end) AS last FROM periods),
hospital_days AS (
    SELECT DISTINCT person, CAST(unnest(generate_series(greatest(starts_on, first),
        least(coalesce(ends_on, starts_on), last), INTERVAL 1 DAY)) AS DATE) AS day
    FROM events, span
    WHERE event IN ('inpatient_stay', 'emergency_visit') AND coalesce(status, 'finished') = 'finished'),
-- A reading whose setting is not known falls with the day's hospital or emergency encounter.
taken AS (
    SELECT r.person, measured_on, systolic, diastolic
    FROM readings r
    LEFT JOIN hospital_days h ON h.person = r.person AND h.day = CASE WHEN r.setting IS NULL THEN measured_on END
    WHERE coalesce(setting, '') NOT IN ('emergency', 'inpatient') AND h.person IS NULL)"""
"""CTEs `span, hospital_days, taken`: readings in hospital and emergency left out (CMS165)."""

DIAGNOSED = "coalesce(status, 'confirmed') IN ('confirmed', 'unconfirmed', 'provisional', 'differential')"
"""Condition on `events`: a diagnosis that was neither refuted nor entered in error."""

FACTS = """
-- Blank end: what goes on goes on; a procedure (dialysis, transplant) is over on its day.
facts AS (
    SELECT person, event, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until,
        coalesce(ends_on, starts_on) AS ended
    FROM events
    WHERE event IN ('hospice', 'pregnancy', 'end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient',
                    'dialysis', 'kidney_transplant', 'esrd_monthly_service', 'palliative_care', 'frailty',
                    'advanced_illness', 'dementia_medication', 'nursing_home', 'other_housing')
      AND coalesce(status, 'finished') NOT IN ('refuted', 'entered_in_error', 'planned', 'cancelled')
    UNION ALL
    SELECT person, 'hospice', discharged_on, discharged_on, discharged_on FROM sent_stays s
    WHERE disposition = 'hospice' AND NOT EXISTS (
        SELECT 1 FROM sent_stays later WHERE later.stay_id = s.stay_id AND later.rank > s.rank))"""
"""CTE `facts`: what may leave a person out, with the days that it lasts."""
