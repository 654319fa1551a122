-- One row for each Observation that holds a systolic or a diastolic pressure, in components or by itself.
SELECT o.line, 'Observation' AS source,
    CASE WHEN o.repeats IS NOT NULL THEN o.repeats WHEN has('not_done', o.status) THEN 'not_done'
         WHEN NOT has('final', o.status) THEN 'not_final' END AS rule,
    NULL::VARCHAR AS remark, o.patient AS patient_id, day_of(moment) AS measured_on,
    systolic, diastolic,
    word('setting_class', e.class) AS setting
FROM observation o LEFT JOIN encounter e ON e.id = o.encounter AND e.repeats IS NULL
WHERE says_pressure
