-- latest: of each person and period the latest complete screen; of two on one day the positive one, then the household's.
-- Months first, because a period is a set of months: the year's latest is the latest of its months' latest.
month_last AS (
    SELECT person, date_trunc('month', screened_on) AS month, max((screened_on - DATE '1900-01-01') * 4 + CASE outcome WHEN 'insecure' THEN 2 ELSE 0 END
            + CASE unit WHEN 'household' THEN 1 ELSE 0 END) AS place,
        arg_max(struct_pack(partner_id := partner_id, screened_on := screened_on, outcome := outcome, unit := unit),
                (screened_on - DATE '1900-01-01') * 4 + CASE outcome WHEN 'insecure' THEN 2 ELSE 0 END
            + CASE unit WHEN 'household' THEN 1 ELSE 0 END) AS screen
    FROM screens WHERE outcome <> 'incomplete' GROUP BY ALL),
latest AS (
    SELECT person, period, arg_max(screen, place) AS screen
    FROM month_last JOIN period_months USING (month) GROUP BY ALL)
