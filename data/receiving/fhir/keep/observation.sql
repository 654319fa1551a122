-- An observation: its pressures, in components or by itself, and of the few that hold questions each with its answer.
WITH found AS (
    SELECT line, r, list_filter(r.component, lambda c: holds(c.code.coding, '8480-6'))[1] AS high,
        list_filter(r.component, lambda c: holds(c.code.coding, '8462-4'))[1] AS low, asks
    FROM parsed),
kept AS (
    SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
        patient_of(r.subject.reference) AS patient, id_of(r.encounter.reference) AS encounter,
        coalesce(r.effectiveDateTime, r.effectivePeriod."start", r.effectiveInstant) AS moment,
        high IS NOT NULL OR low IS NOT NULL OR holds(r.code.coding, '8480-6') OR holds(r.code.coding, '8462-4')
            AS says_pressure,
        pressure_in(coalesce(high.valueQuantity, CASE WHEN holds(r.code.coding, '8480-6') THEN r.valueQuantity END))
            AS systolic,
        pressure_in(coalesce(low.valueQuantity, CASE WHEN holds(r.code.coding, '8462-4') THEN r.valueQuantity END))
            AS diastolic,
        CASE WHEN asks THEN list_transform(r.hasMember, lambda m: id_of(m.reference)) END AS members,
        CASE WHEN asks THEN list_concat([part_of(r.code, r.valueCodeableConcept, r.valueString)],
            list_transform(r.component, lambda c: part_of(c.code, c.valueCodeableConcept, c.valueString))) END AS parts
    FROM found),
coded AS (SELECT *, flatten(list_transform(parts, lambda p: p.codes)) AS every_code FROM kept)
SELECT * EXCLUDE every_code,
    coalesce(list_has_any(every_code, ['88121-9', '88122-7', '88123-5', '88124-3', '95264-8']), false) AS says_food,
    coalesce(list_contains(every_code, '71802-3'), false) AS says_housing
FROM coded WHERE says_pressure OR says_food OR says_housing
