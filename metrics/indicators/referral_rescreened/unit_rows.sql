WITH
{{ scored_screens }},
{{ referral_loops }},
{{ followed_loops }}
SELECT person, period, sent.partner_id AS partner_id, sent.referral_id AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    screen IS NOT NULL AS in_numerator,
    followed_to AS aged_on, sent, screen
FROM followed JOIN period_months USING (month)
