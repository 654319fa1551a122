SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
    patient_of(r.subject.reference) AS patient, id_of(r.encounter.reference) AS encounter,
    known_codings(r.code.coding) AS codes,
    list_transform(r.basedOn, lambda b: id_of(b.reference)) AS based_on,
    day_of(coalesce(r.performedDateTime, r.performedPeriod.start)) AS starts,
    day_of(coalesce(r.performedPeriod."end", r.performedDateTime)) AS ends
FROM parsed
