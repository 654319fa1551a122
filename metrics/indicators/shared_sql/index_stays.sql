-- index_stays: each episode that ends in a discharge, whether the person returned within 30 days, and why it is left out.
index_stays AS (
    SELECT r.person, r.final.partner_id AS partner_id, r.final.stay_id AS unit_id,
        r.final.discharged_on AS discharged_on, date_sub('year', birth_date, r.admitted_on) AS age,
        coalesce(next_admitted_on - r.final.discharged_on <= 30, false) AS returned_in_30, next_planned,
        CASE
            WHEN r.final.disposition = 'died' THEN 'died'
            WHEN r.final.disposition = 'against_advice' THEN 'against_advice'
            WHEN r.final.disposition = 'transfer_acute' THEN 'transferred_out'
            WHEN r.final.disposition = 'still_here' THEN 'still_here'
            WHEN age < 18 OR (age IS NULL AND NOT unknown_age_counts) THEN 'under_18'
            WHEN regexp_matches(r.final.diagnosis, '^(O|P|Z3[3478])') THEN 'birth'
            WHEN exclude_condition_stays AND regexp_matches(r.final.diagnosis, '^(C|D0|D3[7-9]|D4|Z51[01])')
                THEN 'cancer'
            WHEN exclude_condition_stays AND regexp_matches(r.final.diagnosis, '^Z5189') THEN 'rehabilitation'
            WHEN exclude_condition_stays AND regexp_matches(r.final.diagnosis, '^F[2-9]') THEN 'psychiatric'
            WHEN r.final.discharged_on + 30 > c.last_day THEN 'no_follow_up'
            WHEN returned_in_30 AND next_planned AND planned_first_return = 'drop_index' THEN 'planned_return'
        END AS exclusion_reason
    FROM returned r CROSS JOIN choice
    JOIN people USING (person)
    LEFT JOIN covered c ON c.partner_id = r.final.partner_id AND c.dataset = 'hospital_stays'
    WHERE r.final.discharged_on IS NOT NULL)
