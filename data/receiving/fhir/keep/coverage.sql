-- Of a coverage: whose it is, since when, and of which kind. Numbers and names of the insured are not taken.
SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
    patient_of(r.beneficiary.reference) AS patient, day_of(r.period.start) AS starts, day_of(r.period."end") AS ends,
    coalesce(r."order", 999) AS place, payer_of(r.type.coding, r.payor[1]) AS payer
FROM parsed
