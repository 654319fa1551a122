-- episodes: stays that overlap, or touch at different hospitals, are one. The stay that ends it discharges the person.
sent_again AS (SELECT stay_id, max(rank) AS last_rank FROM sent_stays GROUP BY stay_id HAVING min(rank) < max(rank)),
counted AS (
    SELECT s.*, coalesce(discharged_on, admitted_on) AS until
    FROM sent_stays s LEFT JOIN sent_again USING (stay_id)
    WHERE rank = coalesce(last_rank, rank)
      AND (stay_type = 'inpatient' OR (SELECT observation_stays_count FROM choice))),
sorted AS (
    -- `reached_on`: the day to which the stays before this one reach. A running maximum and not the row before: a short
    -- stay may lie within a longer one.
    SELECT person, admitted_on, until, discharged_on, hospital,
        struct_pack(hospital := hospital, planned := planned, diagnosis := principal_diagnosis,
            procedures := procedures, submission := submission, sent_row := sent_row) AS opening,
        struct_pack(stay_id := stay_id, partner_id := partner_id, hospital := hospital,
            discharged_on := discharged_on, disposition := disposition, diagnosis := principal_diagnosis,
            expected := expected_probability, submission := submission, sent_row := sent_row) AS final,
        row_number() OVER in_order AS n,
        max(until) OVER (PARTITION BY person ORDER BY admitted_on, until, stay_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_on
    FROM counted WINDOW in_order AS (PARTITION BY person ORDER BY admitted_on, until, stay_id)),
touching AS (SELECT DISTINCT person FROM sorted WHERE admitted_on <= reached_on + 1),
placed AS (
    -- `ending` says which of two stays ends later: the longer one, of those that end on one day the one admitted last.
    SELECT *, max(ending) OVER (PARTITION BY person ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM (SELECT *, struct_pack(until := until, admitted_on := admitted_on, still_open := discharged_on IS NULL,
              hospital := hospital) AS ending
          FROM sorted SEMI JOIN touching USING (person))),
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
    SELECT *, CAST(sum(opens) OVER (PARTITION BY person ORDER BY n ROWS UNBOUNDED PRECEDING) AS BIGINT) AS episode
    FROM linked),
joined AS (
    SELECT person, episode, min(admitted_on) AS admitted_on, arg_min(opening, n) AS opening,
        arg_max(final, struct_pack(ending := ending, n := n)) AS final
    FROM numbered GROUP BY person, episode),
episodes AS (
    -- Who has no two stays that touch needs no joining: each stay is an episode.
    SELECT person, episode, admitted_on, opening, final FROM joined
    UNION ALL SELECT person, n, admitted_on, opening, final FROM sorted ANTI JOIN touching USING (person))
