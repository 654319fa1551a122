-- An observation, and what it and its components say, part by part.
WITH parsed,
spelled AS MATERIALIZED (
    SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
        patient_of(r.subject.reference) AS patient, id_of(r.encounter.reference) AS encounter,
        coalesce(r.effectiveDateTime, r.effectivePeriod."start", r.effectiveInstant) AS moment,
        list_transform(r.hasMember, lambda m: id_of(m.reference)) AS members,
        list_concat([part_of(r.code, r.valueQuantity, r.valueCodeableConcept, r.valueString)],
            list_transform(r.component,
                lambda c: part_of(c.code, c.valueQuantity, c.valueCodeableConcept, c.valueString))) AS parts
    FROM parsed)
SELECT * EXCLUDE (parts, every_code), list_has_any(every_code, ['8480-6', '8462-4']) AS says_pressure,
    list_has_any(every_code, ['88121-9', '88122-7', '88123-5', '88124-3', '95264-8']) AS says_food,
    list_contains(every_code, '71802-3') AS says_housing, parts
FROM (SELECT *, flatten(list_transform(parts, lambda p: p.codes)) AS every_code FROM spelled)
WHERE says_pressure OR says_food OR says_housing
