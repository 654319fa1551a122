-- screens: each screen with its outcome: insecure, secure or incomplete. The answers decide, then the score, then the
-- result. Sources: Hager et al. 2010 (Hunger Vital Sign, LOINC 88121-9); USDA ERS, U.S. Household Food Security Survey
-- Modules 2012 (raw score 2 of 6, or 3 of 10 and 18, is where food insecurity begins, with or without children).
answers AS (
    SELECT *, length(items) - length(replace(items, 'A', '')) AS affirmed,
        -- The long forms skip items: those after the first three when none of these is affirmative, and of 18 the
        -- eight about children. A blank there is an item that was not asked, not a missing answer.
        string_split(regexp_replace(items, '^((?:[^;]*;){9}[^;]*);{8}$', '\1'), ';') AS asked,
        instrument <> 'usda_6' AND items LIKE 'N;N;N%' AS ended_early
    FROM sent_screens),
screens AS (
    SELECT person, partner_id, screened_on, coalesce(unit, 'person') AS unit, intervention_on,
        CASE
            WHEN instrument = 'hunger_vital_sign' AND items IS NOT NULL THEN
                CASE WHEN affirmed > 0 THEN 'insecure'
                     WHEN items = 'N;N' OR (SELECT incomplete_vital_sign FROM choice) = 'no_risk' THEN 'secure'
                     ELSE 'incomplete' END
            WHEN instrument <> 'result_only' AND items IS NOT NULL THEN
                CASE WHEN 2 * len(list_filter(asked, x -> x = 'D' OR (x = '' AND NOT ended_early))) > len(asked)
                     THEN 'incomplete'
                     WHEN affirmed >= CASE instrument WHEN 'usda_6' THEN 2 ELSE 3 END THEN 'insecure'
                     ELSE 'secure' END
            WHEN instrument <> 'result_only' AND raw_score IS NOT NULL THEN
                CASE WHEN raw_score >= CASE instrument WHEN 'hunger_vital_sign' THEN 1 WHEN 'usda_6' THEN 2 ELSE 3 END
                     THEN 'insecure' ELSE 'secure' END
            WHEN result IN ('at_risk', 'low', 'very_low', 'insecure') THEN 'insecure'
            WHEN result IN ('not_at_risk', 'full', 'marginal', 'secure') THEN 'secure'
            ELSE 'incomplete'
        END AS outcome
    FROM answers)
