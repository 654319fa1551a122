-- loop_ends: loops, and of which of them nothing is said, for too little can be known: as of a stay, the data of the
-- partner whose loop it is must reach to the end of the follow-up.
loop_ends AS (
    SELECT l.*, CASE WHEN begun_on + 90 > c.last_day THEN 'no_follow_up' END AS exclusion_reason
    FROM loops l LEFT JOIN covered c ON c.partner_id = l.sent.partner_id AND c.dataset = 'referrals')
