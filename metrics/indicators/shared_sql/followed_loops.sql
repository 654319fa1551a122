-- followed: loops for food, a year after they began, with the next complete screen 3 to 12 months (90 to 365 days) after;
-- of two on one day the positive one, then the household's. They lie in the period in which that year ends, so that no
-- figure waits for a screen that is still to come.
after_loops AS (
    SELECT l.person, l.begun_on, min(struct_pack(screened_on := screened_on, secure := outcome = 'secure',
        person_only := coalesce(unit <> 'household', true), submission := s.submission, sent_row := s.sent_row)) AS screen
    FROM loops l JOIN screens s ON s.person = l.person AND s.screened_on BETWEEN l.begun_on + 90 AND l.begun_on + 365
    WHERE need = 'food' AND outcome <> 'incomplete' GROUP BY ALL),
followed AS (
    SELECT l.person, l.begun_on + 365 AS followed_to, date_trunc('month', l.begun_on + 365) AS month, l.sent, a.screen
    FROM loops l LEFT JOIN after_loops a ON a.person = l.person AND a.begun_on = l.begun_on WHERE l.need = 'food')
