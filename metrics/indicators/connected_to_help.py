"""Connected to help: food insecure people for whom help was arranged."""

import datetime as dt

from metrics.counting.declaration import Indicator
from metrics.counting.food_scores import LATEST_COMPLETE

INDICATOR = Indicator(
    id="connected_to_help",
    order=60,
    version="1.0",
    title="Connected to food help within 30 days",
    measure="Food security",
    plain="Of people whose latest screen says they are food insecure, the share for whom food help was arranged within "
    "30 days.",
    why="Screening without help asks people for their trouble and leaves them with it.",
    denominator="People whose latest complete screen in the period is positive.",
    numerator="Help arranged 0 to 30 days after that screen, by any partner in the partnership's figure.",
    source="Partnership definition; shape of Gravity Project food-insecurity interventions",
    better="higher",
    units="people",
    outcome="connected to help",
    choices=("incomplete_vital_sign",),
    main="food_security",
    reach={"food_security": "within", "patients": "all"},
    run_out_days=30,
    own_strata={"unit": "Whom the screen speaks for"},
    review_on=dt.date(2027, 6, 30),
    unit_rows=f"""
WITH {LATEST_COMPLETE},
positive AS (
    SELECT person, period, screen, screen.screened_on AS positive_on FROM latest WHERE screen.outcome = 'insecure'),
helped AS (SELECT DISTINCT person, intervention_on FROM screens WHERE intervention_on IS NOT NULL)
SELECT l.person, l.period, l.screen.partner_id AS partner_id, NULL AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    EXISTS (SELECT 1 FROM helped h WHERE h.person = l.person
            AND h.intervention_on BETWEEN l.positive_on AND l.positive_on + 30) AS in_numerator,
    date_sub('year', birth_date, period_end) AS age, l.screen.unit AS unit
FROM positive l JOIN people USING (person) JOIN periods USING (period)
""",
)
