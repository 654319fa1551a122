WITH
{{ ended_programs }}
SELECT person, period, partner_id, enrollment_id AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    came AS in_numerator,
    ended_on AS aged_on, program, enrolled
FROM ended_programs JOIN period_months USING (month)
