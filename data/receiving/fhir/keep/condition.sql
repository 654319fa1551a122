SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.verificationStatus.coding[1].code AS status,
    r.clinicalStatus.coding[1].code AS clinical, patient_of(r.subject.reference) AS patient,
    known_codings(r.code.coding) AS codes,
    coalesce(r.onsetDateTime, r.onsetPeriod.start, r.recordedDate) AS starts,
    coalesce(r.abatementDateTime, r.abatementPeriod."end", r.abatementPeriod.start) AS ends
FROM parsed
