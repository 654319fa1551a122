-- An observation, and what it and its components say, part by part. A unit other than mmHg stays beside its number:
-- the check of numbers knows kPa, and finds all else.
WITH spelled AS (
    SELECT line, r, list_concat(
        [{'codes': loinc_of(r.code.coding), 'quantity': r.valueQuantity, 'answer': r.valueCodeableConcept.coding[1],
          'text': r.valueString}],
        list_transform(r.component, lambda c: {
          'codes': loinc_of(c.code.coding), 'quantity': c.valueQuantity, 'answer': c.valueCodeableConcept.coding[1],
          'text': c.valueString})) AS parts
    FROM parsed),
coded AS (SELECT *, flatten(list_transform(parts, lambda p: p.codes)) AS every_code FROM spelled)
SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
    patient_of(r.subject.reference) AS patient, id_of(r.encounter.reference) AS encounter,
    coalesce(r.effectiveDateTime, r.effectivePeriod."start", r.effectiveInstant) AS moment,
    list_transform(r.hasMember, lambda m: id_of(m.reference)) AS members,
    list_has_any(every_code, ['8480-6', '8462-4']) AS says_pressure,
    list_has_any(every_code, ['88121-9', '88122-7', '88123-5', '88124-3', '95264-8']) AS says_food,
    list_has_any(every_code, ['71802-3']) AS says_housing,
    list_transform(parts, lambda p: {
        'codes': p.codes,
        'number': p.quantity.value || CASE
            WHEN coalesce(p.quantity.code, p.quantity.unit, 'mm[Hg]') IN ('mm[Hg]', 'mmHg', 'mm Hg') THEN ''
            ELSE ' ' || coalesce(p.quantity.unit, p.quantity.code) END,
        'answer': coalesce(p.answer.code, p.answer.display, p.text)}) AS parts
FROM coded WHERE says_pressure OR says_food OR says_housing
