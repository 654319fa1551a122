WITH
{{ referral_loops }},
{{ loop_follow_up }}
SELECT person, period, sent.partner_id AS partner_id, sent.referral_id AS unit_id, exclusion_reason IS NULL AS in_denominator,
    exclusion_reason,
    exclusion_reason IS NULL AND acceptance IS NOT NULL AS in_numerator,
    begun_on AS aged_on, need, sent, acceptance
FROM loop_ends JOIN period_months USING (month)
