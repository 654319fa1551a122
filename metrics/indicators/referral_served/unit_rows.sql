WITH
{{ referral_loops }}
SELECT person, period, sent.partner_id AS partner_id, sent.referral_id AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason,
    service IS NOT NULL AS in_numerator,
    begun_on AS aged_on, need, sent, service
FROM loops JOIN period_months USING (month)
