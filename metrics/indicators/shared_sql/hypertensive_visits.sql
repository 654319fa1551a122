-- hypertensive, visits: the times of essential hypertension, and the visits that make people seen.
hypertensive AS (
    SELECT DISTINCT person, starts_on, coalesce(ends_on, DATE '9999-12-31') AS lasts_until FROM events
    WHERE event = 'hypertension' AND {{ diagnosed }}),
-- Of each month's visits the one that ends first decides: a visit must lie wholly inside the period.
visits AS (
    SELECT person, date_trunc('month', starts_on) AS month, min(coalesce(ends_on, starts_on)) AS ended
    FROM events SEMI JOIN hypertensive USING (person)
    WHERE event IN {{ visits }} AND coalesce(status, 'finished') = 'finished' GROUP BY ALL)
