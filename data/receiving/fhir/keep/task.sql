-- Of a task: the request that it is about, and the status that it has reached.
SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status, patient_of(r."for".reference) AS patient,
    id_of(r.focus.reference) AS request, day_of(r.authoredOn) AS sent, day_of(r.lastModified) AS changed,
    coalesce(r.statusReason.coding[1].display, r.statusReason.coding[1].code) AS reason,
    organization(r.requester) AS sent_by, organization(r.owner) AS received_by
FROM parsed
