WITH screened AS (
    SELECT person, period, max(screen) AS screen
    FROM (SELECT person, date_trunc('month', screened_on) AS month, max(struct_pack(screened_on := screened_on,
              submission := submission, sent_row := sent_row)) AS screen FROM sent_screens GROUP BY ALL)
    JOIN period_months USING (month) GROUP BY person, period),
seen AS (
    SELECT DISTINCT person, period
    FROM (SELECT DISTINCT person, date_trunc('month', starts_on) AS month FROM events
          WHERE event IN {{ visits }} AND coalesce(status, 'finished') = 'finished'
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
    WHERE event = 'died' AND {{ stands }}
    GROUP BY person)
SELECT person, period, NULL AS partner_id, NULL AS unit_id,
    NOT coalesce(died_on < period_start, false) AS in_denominator,
    CASE WHEN died_on < period_start THEN 'died' END AS exclusion_reason,
    NOT coalesce(died_on < period_start, false) AND s.was_screened IS NOT NULL AS in_numerator,
    period_end AS aged_on, s.screen AS screen
FROM eligible LEFT JOIN (SELECT *, true AS was_screened FROM screened) s USING (person, period)
LEFT JOIN dead USING (person) JOIN periods USING (period)
