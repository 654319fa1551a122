"""Food-security screening rate."""

import datetime as dt

from metrics.counting.declaration import Indicator
from schemas.vocabularies.code_lists import VISITS

INDICATOR = Indicator(
    id="food_screening",
    order=50,
    version="1.0",
    title="Screened for food security",
    measure="Food security",
    plain="Of the people on the roster of partners that screen, the share screened for food security.",
    why="Need that nobody asks about cannot be met; the food-insecurity figure speaks only for people who were asked.",
    denominator="People on the roster (patients file) of a partner that sends food-security screens in the period.",
    numerator="At least one screen in the period, complete or not.",
    exclusions={"died": "Died before the period began"},
    source="Shape of CMS SDOH-1 (Screening for Social Drivers of Health), food domain only",
    better="higher",
    units="people",
    outcome="screened",
    month_means="the share of everyone eligible who was screened in that month; over a year these add up",
    choices=("screening_eligible",),
    main="food_security",
    reach={"food_security": "within", "patients": "all", "clinical_events": "since"},
    roster=True,
    review_on=dt.date(2027, 6, 30),
    unit_rows=f"""
WITH screened AS (
    SELECT DISTINCT person, period
    FROM (SELECT DISTINCT person, date_trunc('month', screened_on) AS month FROM screens)
    JOIN period_months USING (month)),
seen AS (
    SELECT DISTINCT person, period
    FROM (SELECT DISTINCT person, date_trunc('month', starts_on) AS month FROM events
          WHERE event IN {VISITS} AND coalesce(status, 'finished') = 'finished'
            AND (SELECT screening_eligible FROM choice) = 'seen')
    JOIN period_months USING (month)),
-- People by the set of partners whose roster they are on: the sets are few, so each is matched with the periods
-- in which any of its partners reports, and no person is counted twice.
rostered AS (SELECT person, list_sort(list(DISTINCT partner_id)) AS partners FROM roster GROUP BY person),
reported AS (
    SELECT DISTINCT partners, period
    FROM (SELECT DISTINCT partners, unnest(partners) AS partner_id FROM rostered)
    JOIN (FROM reporting WHERE dataset = 'food_security') USING (partner_id)),
on_roster AS (SELECT person, period FROM rostered JOIN reported USING (partners)),
eligible AS (
    FROM on_roster WHERE (SELECT screening_eligible FROM choice) = 'roster'
    UNION ALL FROM on_roster SEMI JOIN seen USING (person, period)),
dead AS (
    SELECT person, min(starts_on) AS died_on FROM events
    WHERE event = 'died' AND coalesce(status, 'finished') NOT IN ('refuted', 'entered_in_error', 'planned', 'cancelled')
    GROUP BY person)
SELECT person, period, NULL AS partner_id, NULL AS unit_id,
    NOT coalesce(died_on < period_start, false) AS in_denominator,
    CASE WHEN died_on < period_start THEN 'died' END AS exclusion_reason,
    NOT coalesce(died_on < period_start, false) AND s.was_screened IS NOT NULL AS in_numerator,
    date_sub('year', birth_date, period_end) AS age
FROM eligible LEFT JOIN (SELECT *, true AS was_screened FROM screened) s USING (person, period)
LEFT JOIN dead USING (person) JOIN people USING (person) JOIN periods USING (period)
""",
)
