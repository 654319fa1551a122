-- facts: conditions and care that may leave a person out, with the days that they last.
-- Blank end: what goes on goes on; a procedure (dialysis, transplant) is over on its day.
facts AS (
    SELECT person, event, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until,
        coalesce(ends_on, starts_on) AS ended
    FROM events
    WHERE event IN ('hospice', 'pregnancy', 'end_stage_renal_disease', 'ckd_stage_5', 'kidney_transplant_recipient',
                    'dialysis', 'kidney_transplant', 'esrd_monthly_service', 'palliative_care', 'frailty',
                    'advanced_illness', 'dementia_medication', 'nursing_home', 'other_housing')
      AND {{ stands }}
    UNION ALL
    SELECT person, 'hospice', discharged_on, discharged_on, discharged_on FROM sent_stays s
    WHERE disposition = 'hospice' AND NOT EXISTS (
        SELECT 1 FROM sent_stays later WHERE later.stay_id = s.stay_id AND later.rank > s.rank))
