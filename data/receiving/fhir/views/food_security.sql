-- One row for each screen. The Hunger Vital Sign comes as a panel with components, as a panel that names its answers, or
-- as answers alone, which are of one screen where patient, visit and moment are the same. The other lines of a screen
-- are told by `joins`: the line whose row they are in.
WITH told AS (
    SELECT line, id, status, repeats, patient, encounter, moment, members, unnest(parts) AS part
    FROM observation WHERE says_food),
panels AS (SELECT DISTINCT line AS panel, unnest(members) AS id FROM told WHERE repeats IS NULL AND members IS NOT NULL),
answers AS (
    SELECT told.*, coalesce('p' || panel, CASE WHEN len(members) > 0 THEN 'p' || line END,
                            concat_ws('|', patient, encounter, moment, status)) AS screen
    FROM told LEFT JOIN panels USING (id)),
screens AS (
    SELECT screen, min(line) AS line, list(DISTINCT line) AS lines, any_value(patient) AS patient, min(moment) AS moment,
        any_value(status) AS status, max(repeats) AS repeats,
        arg_min(part.answer, line) FILTER (list_contains(part.codes, '88122-7')) AS first_item,
        arg_min(part.answer, line) FILTER (list_contains(part.codes, '88123-5')) AS second_item,
        arg_min(part.answer, line) FILTER (list_contains(part.codes, '88124-3')) AS risk,
        arg_min(part.answer, line) FILTER (list_contains(part.codes, '95264-8')) AS level
    FROM answers GROUP BY ALL)
SELECT line, 'Observation' AS source,
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN has('not_done', status) THEN 'not_done'
         WHEN NOT has('final', status) THEN 'not_final' END AS rule,
    NULL::VARCHAR AS remark, patient AS patient_id, day_of(moment) AS screened_on,
    CASE WHEN coalesce(first_item, second_item, risk) IS NOT NULL OR level IS NULL THEN 'hunger_vital_sign'
         ELSE 'result_only' END AS instrument,
    CASE WHEN coalesce(first_item, second_item) IS NOT NULL
         THEN coalesce(first_item, '') || ';' || coalesce(second_item, '') END AS items,
    coalesce(word('food_result', coalesce(risk, level)), risk, level) AS result, lines
FROM screens
