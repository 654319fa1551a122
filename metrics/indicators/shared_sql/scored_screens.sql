-- screens: each screen with its outcome (insecure, secure or incomplete) and, where it is told, its level of food
-- security. The answers decide, then the score, then the result. Sources: Hager et al. 2010 (Hunger Vital Sign, LOINC
-- 88121-9); USDA ERS, U.S. Household Food Security Survey Modules 2012 (where each level begins, and which items are
-- asked only after another was affirmed); PhenX 270301 (the six-item form's optional screener after its third item).
forms AS (
    FROM (VALUES ('hunger_vital_sign', 2, 1), ('usda_6', 6, 2), ('usda_10', 10, 3), ('usda_18', 18, 3))
        AS form (instrument, form_size, form_insecure_from)),
spelled AS (
    -- A letter for each item: affirmed, not affirmed, don't know or refused, and _ for no answer.
    SELECT s.*, form_size, form_insecure_from,
        coalesce(form_size > 6 AND long_food_forms = 'six_items', false) AS shortened,
        rpad(replace(replace(replace(';' || items || ';', ';;', ';_;'), ';;', ';_;'), ';', ''), form_size, '_') AS told
    FROM sent_screens s LEFT JOIN forms USING (instrument) CROSS JOIN choice),
staged AS (
    -- An item that was not asked because the ones before it were not affirmed is no missing answer: it counts as no.
    -- The first three items decide whether the adults' others are asked, and items 11 to 13 the children's. Children's
    -- items that all have no answer were not asked, unless children are known to live there.
    SELECT *, CASE WHEN items IS NULL THEN children_in_household = 'yes'
                   ELSE coalesce(children_in_household = 'yes', false) OR substr(told, 11) <> '________' END AS children,
        CASE WHEN regexp_matches(told, '^[ND]{3}') THEN substr(told, 1, 3) || replace(substr(told, 4, 7), '_', 'N')
             ELSE substr(told, 1, 10) END
        || CASE WHEN NOT children THEN replace(substr(told, 11), '_', 'N')
                WHEN regexp_matches(told, '^.{10}[ND]{3}')
                    THEN substr(told, 11, 3) || replace(substr(told, 14), '_', 'N')
                ELSE substr(told, 11) END AS stages
    FROM spelled),
answered AS (
    -- "How often" follows its question, and the two items on whole days follow the four before them. Where partners'
    -- interviews differ in length they can all be read as the six items that they share: 2 to 7 of the long forms.
    SELECT *, regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(stages, CASE instrument WHEN 'usda_6' THEN '^(..[ND])_' ELSE '^(...[ND])_' END, '\1N'),
            '^(...[ND].[ND]{3})_', '\1N'), '^(.{8}[ND])_', '\1N'), '^(.{14}[ND])_', '\1N') AS every_answer,
        CASE WHEN shortened THEN substr(every_answer, 2, 6) ELSE every_answer END AS answers
    FROM staged),
bounded AS (
    -- The lowest score takes every missing answer as no, the highest takes it as yes. Of a long form's score any number
    -- up to six may be of the six shared items.
    SELECT *, CASE WHEN shortened THEN 6 ELSE form_size END AS size,
        CASE WHEN shortened THEN 2 ELSE form_insecure_from END AS insecure_from,
        CASE WHEN form_size IS NULL THEN NULL
             WHEN items IS NOT NULL THEN length(answers) - length(replace(answers, 'A', ''))
             WHEN shortened AND raw_score IS NOT NULL THEN greatest(0, raw_score - (form_size - 6))
             ELSE raw_score END AS lowest,
        CASE WHEN form_size IS NULL THEN NULL
             WHEN items IS NOT NULL THEN length(replace(answers, 'N', ''))
             WHEN shortened AND raw_score IS NOT NULL THEN least(6, raw_score) ELSE raw_score END AS highest,
        CASE WHEN items IS NOT NULL THEN lowest ELSE highest END AS most
    FROM answered),
screens AS (
    SELECT person, partner_id, screened_on, nullif(coalesce(unit, 'person'), 'not_readable') AS unit, intervention_on,
        submission, sent_row,
        CASE
            WHEN lowest >= insecure_from THEN 'insecure'
            WHEN highest < insecure_from THEN 'secure'
            WHEN lowest < insecure_from THEN
                CASE WHEN size = 2 AND (SELECT incomplete_vital_sign FROM choice) = 'no_risk' THEN 'secure'
                     ELSE 'incomplete' END
            WHEN result IN ('at_risk', 'low', 'very_low', 'insecure') THEN 'insecure'
            WHEN result IN ('not_at_risk', 'full', 'marginal', 'secure') THEN 'secure'
            ELSE 'incomplete'
        END AS outcome,
        -- With answers missing that cannot change the result, the level is that of the lowest score (official practice:
        -- three affirmed and eight refused of eighteen are low). Blank where the form does not tell: the six items know
        -- no marginal food security, the Vital Sign no levels. Very low begins at 8 with children, at 6 without.
        CASE
            WHEN lowest >= insecure_from AND size > 2 THEN
                CASE WHEN lowest >= CASE WHEN size = 6 THEN 5 WHEN size = 18 AND coalesce(children, true) THEN 8 ELSE 6 END
                         THEN 'very_low'
                     WHEN most < CASE WHEN size = 6 THEN 5 WHEN size = 18 AND children THEN 8 ELSE 6 END THEN 'low' END
            WHEN highest < insecure_from AND size > 6 THEN
                CASE WHEN most = 0 THEN 'full' WHEN lowest > 0 THEN 'marginal' END
            WHEN lowest IS NULL AND result IN ('full', 'marginal', 'low', 'very_low') THEN result
        END AS food_security_level
    FROM bounded)
