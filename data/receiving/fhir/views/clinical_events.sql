-- Visits and stays of Encounter, diagnoses of Condition, care of Procedure, housing of Observation, deaths of Patient.
-- `event_of` has the events that the codes of this export stand for; conditions of no measure are not in it.
WITH visits AS (
    SELECT *, coalesce(list_filter(list_transform(codes, lambda c: event_of(c)), lambda e: e IS NOT NULL), [])
            AS by_type,
        word('visit_class', class) AS by_class
    FROM encounter),
told_visits AS (
    -- The type says more of a visit than its class does; a stay is a stay, and may be hospice care as well.
    SELECT *, list_distinct(CASE
            WHEN by_class IN ('inpatient_stay', 'emergency_visit')
                THEN [by_class] || list_filter(by_type, lambda e: NOT ends_with(e, '_visit'))
            WHEN len(by_type) > 0 THEN by_type
            WHEN by_class IS NOT NULL THEN [by_class] ELSE [] END) AS events
    FROM visits),
diagnoses AS (
    SELECT *, list_filter(list_transform(codes, lambda c: event_of(c)), lambda e: e IS NOT NULL)[1] AS event,
        has('over', clinical) AND ends IS NULL AS end_unknown
    FROM condition),
care AS (
    SELECT *, list_filter(list_transform(codes, lambda c: event_of(c)), lambda e: e IS NOT NULL)[1] AS event
    FROM procedure)
SELECT line, 'Encounter' AS source,
    CASE WHEN repeats IS NOT NULL THEN repeats
         WHEN has('not_done', status) THEN 'not_done'
         WHEN len(events) = 0 THEN 'unknown_class' END AS rule,
    NULL::VARCHAR AS remark, patient AS patient_id, unnest(CASE WHEN len(events) = 0 THEN [NULL] ELSE events END) AS event,
    starts AS starts_on, ends AS ends_on, coalesce(word('status', status), status) AS status
FROM told_visits WHERE len(events) > 0 OR NOT has('no_visit_class', class)
UNION ALL
-- Whatever has ended, nobody says when, is surely there on its first day alone (as CQL reads it).
SELECT line, 'Condition',
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN has('not_done', status) THEN 'not_done' END,
    CASE WHEN end_unknown THEN 'end_unknown' WHEN length(starts) < 10 OR length(ends) < 10 THEN 'part_of_a_date' END,
    patient, event, first_day(starts), CASE WHEN end_unknown THEN first_day(starts) ELSE final_day(ends) END, status
FROM diagnoses WHERE event IS NOT NULL
UNION ALL
SELECT line, 'Procedure',
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN has('not_done', status) THEN 'not_done' END,
    NULL, patient, event, starts, ends, coalesce(word('status', status), status)
FROM care WHERE event IS NOT NULL
UNION ALL
SELECT line, 'Observation',
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN has('not_done', status) THEN 'not_done'
         WHEN NOT has('final', status) THEN 'not_final' END,
    NULL, patient, coalesce(word('housing', part.answer), 'other_housing'), day_of(moment), day_of(moment), NULL
FROM (SELECT *, unnest(parts) AS part FROM observation WHERE says_housing)
WHERE list_contains(part.codes, '71802-3') AND part.answer IS NOT NULL
UNION ALL
SELECT line, 'Patient', CASE WHEN died IS NULL THEN 'death_without_day' ELSE repeats END, NULL, id, 'died', day_of(died),
    NULL, NULL
FROM patient WHERE died IS NOT NULL OR is_dead
