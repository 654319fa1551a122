-- span, hospital_days, taken: blood pressures that count; those taken in hospital and emergency are left out (CMS165).
span AS (SELECT min(period_start) AS first, max(period_end) AS last FROM periods),
hospital_days AS (
    SELECT DISTINCT person, CAST(day AS DATE) AS day
    FROM (SELECT person, unnest(generate_series(greatest(starts_on, first),
              least(coalesce(ends_on, starts_on), last), INTERVAL 1 DAY)) AS day
          FROM events, span
          WHERE event IN ('inpatient_stay', 'emergency_visit') AND coalesce(status, 'finished') = 'finished'
            AND greatest(starts_on, first) <= least(coalesce(ends_on, starts_on), last))),
-- A reading whose setting is not known falls with the day's hospital or emergency encounter.
taken AS (
    SELECT r.person, measured_on, systolic, diastolic, submission, sent_row
    FROM readings r
    LEFT JOIN hospital_days h ON h.person = r.person AND h.day = CASE WHEN r.setting IS NULL THEN measured_on END
    WHERE coalesce(setting, '') NOT IN ('emergency', 'inpatient') AND h.person IS NULL)
