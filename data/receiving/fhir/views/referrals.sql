-- One row for each Task about a request for one of our needs, and for each such request without a Task. A Task has its
-- latest status alone; a Procedure that is based on the request tells the day of the service.
WITH asked AS (SELECT * FROM servicerequest WHERE need IS NOT NULL),
served AS (
    SELECT request, min(starts) AS served
    FROM (SELECT unnest(based_on) AS request, starts FROM procedure WHERE status = 'completed' AND repeats IS NULL)
    GROUP BY request),
followed AS (
    SELECT task.*, asked.* EXCLUDE (line, status, repeats), asked.line AS asked_in
    FROM task JOIN (SELECT line, id AS asked, status, repeats, patient AS whom, sent AS began, need,
                        sent_by AS asker, received_by AS performer FROM asked WHERE repeats IS NULL) AS asked
         ON task.request = asked.asked)
SELECT line, 'Task' AS source,
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN status IN ('entered-in-error', 'draft') THEN 'not_done' END AS rule,
    NULL::VARCHAR AS remark, request AS referral_id, coalesce(whom, patient) AS patient_id, need,
    coalesce(began, sent) AS sent_on, coalesce(sent_by, asker) AS sent_by,
    coalesce(received_by, performer) AS received_by, status, coalesce(changed, sent) AS status_on,
    reason AS closure_reason, served AS service_on, [line, asked_in] AS lines
FROM followed LEFT JOIN served USING (request)
UNION ALL
SELECT line, 'ServiceRequest',
    CASE WHEN repeats IS NOT NULL THEN repeats WHEN status IN ('entered-in-error', 'draft') THEN 'not_done' END,
    NULL, id, patient, need, sent, sent_by, received_by, coalesce(word('request_status', status), status),
    CASE WHEN status = 'active' THEN sent ELSE coalesce(day_of(updated), sent) END, NULL, served, [line]
FROM asked LEFT JOIN served ON asked.id = served.request
WHERE repeats IS NOT NULL OR id IS NULL OR id NOT IN (SELECT request FROM task WHERE request IS NOT NULL)
