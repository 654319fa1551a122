"""Mean systolic pressure of people with diabetes: a mean, since partnerships set goals of this kind."""

import datetime as dt

from metrics.counting.declaration import Indicator
from metrics.counting.pressure_readings import DIAGNOSED, FACTS, READINGS

_REASONS = {
    "hospice": "Hospice care in the period",
    "pregnancy": "Pregnancy in the period",
    "palliative_care": "Palliative care in the period",
}

UNIT_ROWS = f"""
WITH {READINGS},
days AS (
    SELECT person, measured_on, min(systolic) AS systolic FROM taken WHERE systolic IS NOT NULL GROUP BY ALL),
month_last AS (
    SELECT person, date_trunc('month', measured_on) AS month, max(measured_on) AS day,
        arg_max(systolic, measured_on) AS systolic
    FROM days GROUP BY ALL),
latest AS (
    SELECT person, period, CAST(arg_max(systolic, day) AS DECIMAL(18, 1)) AS systolic
    FROM month_last JOIN period_months USING (month) GROUP BY person, period),
diabetic AS (
    SELECT DISTINCT person, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until FROM events
    WHERE event = 'diabetes' AND {DIAGNOSED}),
population AS (
    SELECT person, period, period_start, period_end, systolic, date_sub('year', birth_date, period_end) AS age
    FROM latest l JOIN periods USING (period) JOIN people USING (person) CROSS JOIN choice
    SEMI JOIN diabetic d ON d.person = l.person AND d.starts_on <= period_end AND d.lasts_until >= period_start
    WHERE coalesce(age, CASE WHEN unknown_age_counts THEN 18 END) >= 18),
{FACTS},
reasons AS (
    SELECT person, period,
        CASE WHEN bool_or(event = 'hospice') THEN 'hospice' WHEN bool_or(event = 'pregnancy') THEN 'pregnancy'
             ELSE 'palliative_care' END AS exclusion_reason
    FROM population JOIN facts USING (person)
    WHERE event IN ('hospice', 'pregnancy', 'palliative_care')
      AND starts_on <= period_end AND lasts_until >= period_start
    GROUP BY person, period)
SELECT person, period, NULL AS partner_id, NULL AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason, CASE WHEN exclusion_reason IS NULL THEN systolic END AS value, age
FROM population LEFT JOIN reasons USING (person, period)
"""

INDICATOR = Indicator(
    id="systolic_diabetes",
    order=35,
    version="1.0",
    title="Systolic pressure of people with diabetes",
    measure="Blood-pressure control",
    plain="Of adults with diabetes whose blood pressure was taken this year, the mean of the latest systolic pressure.",
    why="Each 10 mmHg less in people with diabetes means fewer strokes, less eye damage and fewer deaths; a mean shows "
    "movement that a threshold hides.",
    denominator="People aged 18 or over at the period's end with diabetes that overlaps the period, and a systolic "
    "pressure taken in it outside hospital and emergency. A plain month: the readings of that month.",
    numerator="The lowest systolic pressure of the latest such day, in mmHg.",
    exclusions=_REASONS,
    source="Concord's own, with the readings and diagnoses that count as in CMS165v14; effect of 10 mmHg: Emdin and "
    "others, JAMA 2015;313:603",
    better="lower",
    units="people",
    statistic="mean",
    measured_in="mmHg",
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
