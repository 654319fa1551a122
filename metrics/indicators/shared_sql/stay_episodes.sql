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
episodes AS (
    SELECT person, episode, min(admitted_on) AS admitted_on,
        arg_min(struct_pack(hospital := hospital, planned := planned, diagnosis := principal_diagnosis,
            procedures := procedures, submission := submission, sent_row := sent_row), n) AS opening,
        arg_max(struct_pack(stay_id := stay_id, partner_id := partner_id, hospital := hospital,
            discharged_on := discharged_on, disposition := disposition, diagnosis := principal_diagnosis,
            expected := expected_probability, submission := submission, sent_row := sent_row),
            struct_pack(ending := ending, n := n)) AS final
    FROM numbered GROUP BY ALL)
