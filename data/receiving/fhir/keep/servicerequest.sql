-- Of a request: the need that its category names (SDOHCC), who asked whom, and when.
SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.status AS status,
    patient_of(r.subject.reference) AS patient, day_of(r.authoredOn) AS sent,
    organization(r.requester) AS sent_by, organization(r.performer[1]) AS received_by,
    list_filter(list_transform(flatten(list_transform(r.category, lambda c: c.coding)),
                               lambda c: word('need', c.code)), lambda n: n IS NOT NULL)[1] AS need
FROM parsed
