-- index_stays: each episode that ends in a discharge, whether the person returned within 30 days, and why it is left out.
index_stays AS (
    SELECT r.person, r.final.partner_id AS partner_id, r.final.stay_id AS unit_id,
        r.final.discharged_on AS discharged_on, r.admitted_on AS aged_on,
        date_sub('year', birth_date, r.admitted_on) AS age,
        -- With four decimals, so that sums follow a change exactly.
        CAST(r.final.expected AS DECIMAL(5, 4)) AS expected,
        struct_pack(submission := r.final.submission, sent_row := r.final.sent_row) AS index_stay,
        CASE WHEN next_admitted_on <= r.final.discharged_on + 30
             THEN struct_pack(submission := next.submission, sent_row := next.sent_row) END AS return_stay,
        coalesce(next_admitted_on <= r.final.discharged_on + 30, false) AS returned_in_30,
        next_planned,
        CASE
            WHEN r.final.disposition = 'died' THEN 'died'
            WHEN r.final.disposition = 'against_advice' THEN 'against_advice'
            WHEN r.final.disposition = 'transfer_acute' AND transfer_code_removes THEN 'transferred_out'
            WHEN r.final.disposition = 'still_here' THEN 'still_here'
            WHEN age < 18 OR (age IS NULL AND NOT unknown_age_counts) THEN 'under_18'
            WHEN r.final.discharged_on >= r.admitted_on + 365 THEN 'very_long'
            WHEN d.left_out = 'birth' THEN 'birth'
            WHEN exclude_condition_stays AND d.left_out = 'cancer' THEN 'cancer'
            WHEN exclude_condition_stays AND d.left_out = 'rehabilitation' THEN 'rehabilitation'
            WHEN exclude_condition_stays AND d.left_out = 'psychiatric' THEN 'psychiatric'
            WHEN r.final.discharged_on + 30 > c.last_day THEN 'no_follow_up'
            WHEN returned_in_30 AND next_planned AND planned_first_return = 'drop_index' THEN 'planned_return'
        END AS exclusion_reason
    FROM planned_returns r CROSS JOIN choice
    JOIN people USING (person)
    LEFT JOIN (FROM code_list.diagnosis WHERE left_out IS NOT NULL) d ON d.code = r.final.diagnosis
    LEFT JOIN covered c ON c.partner_id = r.final.partner_id AND c.dataset = 'hospital_stays'
    WHERE r.final.discharged_on IS NOT NULL)
