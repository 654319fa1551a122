SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status, upper(r."class".code) AS class,
    patient_of(r.subject.reference) AS patient,
    known_codings(flatten(list_transform(r.type, lambda t: t.coding))) AS codes,
    day_of(r.period.start) AS starts, day_of(r.period."end") AS ends, id_of(r.partOf.reference) AS part_of,
    r.serviceProvider.display AS hospital, r.hospitalization.dischargeDisposition.coding[1].code AS disposition,
    id_of(coalesce(list_filter(r.diagnosis, lambda d: d.rank = 1)[1],
                   list_filter(r.diagnosis, lambda d: d."use".coding[1].code IN ('DD', 'billing'))[1],
                   CASE WHEN len(r.diagnosis) = 1 THEN r.diagnosis[1] END).condition.reference) AS diagnosis
FROM parsed
