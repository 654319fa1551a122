-- loops: what became of each need that someone was referred for. A referral sent within 7 days of the first of the same
-- person and need is no need of its own: two senders of one person, or both ends telling of one referral, are one loop.
-- Days are gone through in order, for a day too late for one loop begins the next (a referral every week is not one loop
-- for a year, as it would be if each were held against the one before it).
sent_days AS (
    SELECT person, need, list_sort(list(DISTINCT sent_on)) AS days FROM sent_referrals GROUP BY ALL),
begun AS (
    SELECT person, need, unnest(list_reduce(list_transform(days, d -> [d]),
        (begun, next) -> CASE WHEN next[1] > begun[array_length(begun)] + 7 THEN list_concat(begun, next) ELSE begun END)) AS begun_on
    FROM sent_days),
loop_days AS (
    SELECT person, need, begun_on, coalesce(lead(begun_on) OVER (PARTITION BY person, need ORDER BY begun_on),
        DATE '9999-12-31') AS before FROM begun),
told AS (
    SELECT r.*, begun_on, status IN ('completed', 'rejected', 'cancelled', 'failed') AS ended,
        least(CASE WHEN status IN ('accepted', 'in_progress', 'completed') THEN status_on END, service_on) AS accepted_on,
        -- Whom a completed referral is said to have helped, on no known day, was helped by the day on which it was completed.
        least(service_on, CASE WHEN status = 'completed' AND closure_reason = 'helped' THEN status_on END) AS served_on
    FROM sent_referrals r JOIN loop_days b
        ON b.person = r.person AND b.need = r.need AND b.begun_on <= r.sent_on AND r.sent_on < b.before),
-- What is known 90 days after it was sent: whatever is told later, a loop that is open then is not closed. The order of
-- the fields is the order in which they decide.
loops AS (
    SELECT person, need, begun_on, date_trunc('month', begun_on) AS month,
        min(struct_pack(sent_on := sent_on, referral_id := referral_id, status_on := status_on, partner_id := partner_id,
            submission := submission, sent_row := sent_row)) AS sent,
        -- Five working days, Monday to Friday: a weekday's fifth is that weekday in the next week. Holidays count.
        min(struct_pack(accepted_on := accepted_on, submission := submission, sent_row := sent_row))
            FILTER (accepted_on <= begun_on + CASE isodow(begun_on) WHEN 6 THEN 6 WHEN 7 THEN 5 ELSE 7 END) AS acceptance,
        max(struct_pack(status_on := status_on, ended := ended, submission := submission, sent_row := sent_row,
            reason := closure_reason))
            FILTER (status_on <= begun_on + 90) AS latest,
        min(struct_pack(served_on := served_on, submission := submission, sent_row := sent_row))
            FILTER (served_on <= begun_on + 90) AS service
    FROM told GROUP BY person, need, begun_on)
