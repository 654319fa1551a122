-- Of a person: the little that the dataset asks for. Names, addresses but the ZIP code, numbers: nothing else is taken.
SELECT line, r.id AS id, r.meta.lastUpdated AS updated, r.birthDate AS born, r.gender AS gender,
    coalesce(omb(r, 'race', 'ombCategory'), omb(r, 'race', 'detailed')) AS race,
    coalesce(omb(r, 'ethnicity', 'ombCategory'), omb(r, 'ethnicity', 'detailed')) AS ethnicity,
    split_part(coalesce(list_filter(r.communication, lambda c: c.preferred = 'true')[1],
                        r.communication[1]).language.coding[1].code, '-', 1) AS language,
    left(list_filter(r.address, lambda a: a.postalCode IS NOT NULL AND a.period."end" IS NULL
                                          AND coalesce(a."use", 'home') NOT IN ('old', 'billing'))[1].postalCode, 5)
        AS zip,
    r.deceasedDateTime AS died, coalesce(r.deceasedBoolean = 'true', false) AS is_dead
FROM parsed
