-- latest: of each person and period the latest complete screen; of two on one day the positive one, then the household's.
-- Months first, because a period is a set of months: the year's latest is the latest of its months' latest. The order of
-- the fields is the order in which they decide. (One whole number instead took 0.9 times the processor time.)
month_last AS (
    SELECT person, date_trunc('month', screened_on) AS month,
        max(struct_pack(screened_on := screened_on, positive := outcome = 'insecure',
            household := coalesce(unit = 'household', false), partner_id := partner_id, outcome := outcome, unit := unit,
            food_security_level := food_security_level, submission := submission, sent_row := sent_row)) AS screen
    FROM screens WHERE outcome <> 'incomplete' GROUP BY ALL),
latest AS (
    SELECT person, period, max(screen) AS screen FROM month_last JOIN period_months USING (month) GROUP BY ALL)
