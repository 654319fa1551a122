"""Scoring of food-security screens, shared by the three food indicators.

Sources: Hager et al. 2010 (Hunger Vital Sign, LOINC 88121-9); USDA ERS, U.S. Household Food Security Survey
Modules 2012 (raw score 2 of 6, or 3 of 10 and 18, is where food insecurity begins, with or without children).
"""

_AFFIRMED = "length(items) - length(replace(items, 'A', ''))"
# The long forms skip items: those after the first three when none of these is affirmative, and of 18 the eight about
# children. A blank there is an item that was not asked, not a missing answer.
_ENDED_EARLY = "instrument <> 'usda_6' AND items LIKE 'N;N;N%'"
_ASKED = "string_split(regexp_replace(items, '^((?:[^;]*;){9}[^;]*);{8}$', '\\1'), ';')"
_MISSING = f"len(list_filter({_ASKED}, x -> x = 'D' OR (x = '' AND NOT ({_ENDED_EARLY}))))"

# The answers decide, then the score, then the result. outcome: insecure, secure or incomplete.
SCREENS = f"""
SELECT person, partner_id, screened_on, coalesce(unit, 'person') AS unit, intervention_on,
    CASE
        WHEN instrument = 'hunger_vital_sign' AND items IS NOT NULL THEN
            CASE WHEN {_AFFIRMED} > 0 THEN 'insecure'
                 WHEN items = 'N;N' OR (SELECT incomplete_vital_sign FROM choice) = 'no_risk' THEN 'secure'
                 ELSE 'incomplete' END
        WHEN instrument <> 'result_only' AND items IS NOT NULL THEN
            CASE WHEN 2 * ({_MISSING}) > len({_ASKED}) THEN 'incomplete'
                 WHEN {_AFFIRMED} >= CASE instrument WHEN 'usda_6' THEN 2 ELSE 3 END THEN 'insecure'
                 ELSE 'secure' END
        WHEN instrument <> 'result_only' AND raw_score IS NOT NULL THEN
            CASE WHEN raw_score >= CASE instrument WHEN 'hunger_vital_sign' THEN 1 WHEN 'usda_6' THEN 2 ELSE 3 END
                 THEN 'insecure' ELSE 'secure' END
        WHEN result IN ('at_risk', 'low', 'very_low', 'insecure') THEN 'insecure'
        WHEN result IN ('not_at_risk', 'full', 'marginal', 'secure') THEN 'secure'
        ELSE 'incomplete'
    END AS outcome
FROM sent_screens
"""

# The latest complete screen of each person in each period; of two on one day the positive one, then the household's.
# Months first, because a period is a set of months: the year's latest is the latest of its months' latest.
_PLACE = """(screened_on - DATE '1900-01-01') * 4 + CASE outcome WHEN 'insecure' THEN 2 ELSE 0 END
            + CASE unit WHEN 'household' THEN 1 ELSE 0 END"""
LATEST_COMPLETE = f"""
month_last AS (
    SELECT person, date_trunc('month', screened_on) AS month, max({_PLACE}) AS place,
        arg_max(struct_pack(partner_id := partner_id, screened_on := screened_on, outcome := outcome, unit := unit),
                {_PLACE}) AS screen
    FROM screens WHERE outcome <> 'incomplete' GROUP BY ALL),
latest AS (
    SELECT person, period, arg_max(screen, place) AS screen
    FROM month_last JOIN period_months USING (month) GROUP BY ALL)
"""
