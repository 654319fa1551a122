"""Food insecurity among people screened."""

import datetime as dt

from metrics.counting.declaration import Benchmark, Indicator
from metrics.counting.food_scores import LATEST_COMPLETE

INDICATOR = Indicator(
    id="food_insecurity",
    order=40,
    version="1.0",
    title="Food insecurity among people screened",
    measure="Food security",
    plain="Of people with a complete food-security screen, the share whose latest screen says they are food insecure.",
    why="People who do not know where the next meal comes from have worse blood pressure, more diabetes and more "
    "hospital stays.",
    denominator="People with a complete screen in the period (Hunger Vital Sign, USDA 6-, 10- or 18-item).",
    numerator="The latest complete screen in the period is positive: Hunger Vital Sign at risk, or USDA low or very "
    "low food security.",
    exclusions={"incomplete": "No complete screen: answers missing, don't know or refused"},
    source="Hunger Vital Sign (Hager 2010; LOINC 88121-9); USDA Household Food Security Survey Modules (2012)",
    better="lower",
    units="people",
    outcome="food insecure",
    benchmark=Benchmark(label="US households", rate=0.137, source="USDA Economic Research Service, 2024"),
    choices=("incomplete_vital_sign",),
    main="food_security",
    reach={"food_security": "within", "patients": "all"},
    own_strata={"unit": "Whom the screen speaks for"},
    review_on=dt.date(2027, 6, 30),
    unit_rows=f"""
WITH {LATEST_COMPLETE},
screened AS (
    SELECT DISTINCT person, period
    FROM (SELECT DISTINCT person, date_trunc('month', screened_on) AS month FROM screens)
    JOIN period_months USING (month))
SELECT person, period, l.screen.partner_id AS partner_id, NULL AS unit_id, l.screen IS NOT NULL AS in_denominator,
    CASE WHEN l.screen IS NULL THEN 'incomplete' END AS exclusion_reason,
    coalesce(l.screen.outcome = 'insecure', false) AS in_numerator,
    date_sub('year', birth_date, period_end) AS age, l.screen.unit AS unit
FROM screened LEFT JOIN latest l USING (person, period) JOIN people USING (person) JOIN periods USING (period)
""",
)
