-- episodes: stays that overlap, or touch at different hospitals, are one. The stay that ends it discharges the person.
sent_again AS (SELECT stay_id, max(rank) AS last_rank FROM sent_stays GROUP BY stay_id HAVING count(*) > 1),
counted AS (
    -- `ending` says which of two stays ends later: the longer one, of those that end on one day the one admitted last.
    -- Packed into one whole number it gains 7 % of the processor time of all counts (half a million stays, two busy
    -- processors): not worth the arithmetic.
    SELECT s.*, coalesce(discharged_on, admitted_on) AS until,
        struct_pack(until := coalesce(discharged_on, admitted_on), admitted_on := admitted_on,
            still_open := discharged_on IS NULL, hospital := hospital) AS ending
    FROM sent_stays s LEFT JOIN sent_again USING (stay_id)
    WHERE rank = coalesce(last_rank, rank)
      AND (stay_type = 'inpatient' OR (SELECT observation_stays_count FROM choice))),
placed AS (
    -- `reached`: where the stays before this one end. A running maximum and not the row before: a short stay may lie
    -- within a longer one.
    SELECT *, max(ending) OVER before AS reached, row_number() OVER sorted AS n
    FROM counted
    WINDOW sorted AS (PARTITION BY person ORDER BY admitted_on, until, stay_id),
        before AS (PARTITION BY person ORDER BY admitted_on, until, stay_id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
linked AS (
    -- Overlaps join whatever the hospital; the same or the next day joins at another hospital (a transfer).
    SELECT *, CASE WHEN reached IS NULL THEN 1
        WHEN admitted_on < reached.until THEN 0
        WHEN reached.hospital <> hospital AND admitted_on <= reached.until + 1 THEN 0
        WHEN reached.hospital = hospital AND admitted_on = reached.until
            AND (SELECT same_day_same_hospital FROM choice) = 'combine' THEN 0
        ELSE 1 END AS opens
    FROM placed),
numbered AS (
    SELECT *, sum(opens) OVER (PARTITION BY person ORDER BY n ROWS UNBOUNDED PRECEDING) AS episode FROM linked),
chains AS (
    SELECT person, episode, min(admitted_on) AS admitted_on, min(n) AS n,
        arg_min(struct_pack(hospital := hospital, planned := planned, diagnosis := principal_diagnosis,
            procedures := procedures, procedures_known := procedures_known), n) AS opening,
        arg_max(struct_pack(stay_id := stay_id, partner_id := partner_id, hospital := hospital,
            discharged_on := discharged_on, disposition := disposition, diagnosis := principal_diagnosis),
            struct_pack(ending := ending, n := n)) AS final
    FROM numbered GROUP BY ALL),
-- By CMS's algorithm a stay is planned that has an always-planned procedure or diagnosis, or a potentially planned
-- procedure and no acute principal diagnosis. Looked up is only what the partner has not said itself.
listed_procedures AS (
    SELECT person, n, bool_or(p.always_planned) AS always_planned, bool_or(p.potentially_planned) AS potentially_planned,
        bool_or(p.code IS NULL) AS unlisted
    FROM (SELECT person, n, unnest(code_list.codes(opening.procedures)) AS code
          FROM chains WHERE opening.planned IS NULL AND opening.procedures IS NOT NULL) c
    LEFT JOIN code_list.procedure p ON p.code = c.code
    GROUP BY person, n),
episodes AS (
    -- `planned` is null where it cannot be told. A fact that was not sent, or a code that is on no list, is never read
    -- as "no": an always-planned diagnosis proves a stay planned, but without its procedures none is proved unplanned.
    SELECT person, episode, admitted_on, opening.hospital AS first_hospital, final,
        CASE WHEN opening.planned IS NOT NULL THEN opening.planned = 'yes'
            WHEN d.always_planned OR p.always_planned THEN true
            WHEN p.potentially_planned AND NOT d.acute THEN true
            WHEN d.code IS NOT NULL AND opening.procedures_known AND NOT coalesce(p.unlisted, false) THEN false
        END AS planned
    FROM chains c LEFT JOIN listed_procedures p USING (person, n)
    LEFT JOIN code_list.diagnosis d ON d.code = opening.diagnosis)
