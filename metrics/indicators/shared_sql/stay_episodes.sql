-- episodes: stays that overlap, or touch at different hospitals, are one.
mine AS MATERIALIZED (SELECT * FROM sent_stays),
hospitals AS (SELECT hospital, row_number() OVER (ORDER BY hospital) AS hospital_no FROM
    (SELECT DISTINCT hospital FROM mine)),
sent_again AS (SELECT stay_id, max(rank) AS last_rank FROM mine GROUP BY stay_id HAVING count(*) > 1),
counted AS (
    SELECT s.*, h.hospital_no, coalesce(discharged_on, admitted_on) AS until,
        (coalesce(discharged_on, admitted_on) - DATE '1800-01-01') * 274877906944
            + (admitted_on - DATE '1800-01-01') * 2097152
            + CASE WHEN discharged_on IS NULL THEN 1048576 ELSE 0 END + h.hospital_no AS end_at
    FROM mine s JOIN hospitals h USING (hospital) LEFT JOIN sent_again USING (stay_id)
    WHERE rank = coalesce(last_rank, rank)
      AND (stay_type = 'inpatient' OR (SELECT observation_stays_count FROM choice))),
placed AS (
    SELECT *, max(end_at) OVER before AS reached, row_number() OVER sorted AS n
    FROM counted
    WINDOW sorted AS (PARTITION BY person ORDER BY admitted_on, until, stay_id),
        before AS (PARTITION BY person ORDER BY admitted_on, until, stay_id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
linked AS (
    -- Overlaps join whatever the hospital; the same or the next day joins at another hospital (a transfer).
    SELECT *, CASE WHEN reached IS NULL THEN 1
        WHEN admitted_on - DATE '1800-01-01' < reached // 274877906944 THEN 0
        WHEN reached % 1048576 <> hospital_no AND admitted_on - DATE '1800-01-01' <= reached // 274877906944 + 1 THEN 0
        WHEN reached % 1048576 = hospital_no AND admitted_on - DATE '1800-01-01' = reached // 274877906944
            AND (SELECT same_day_same_hospital FROM choice) = 'combine' THEN 0
        ELSE 1 END AS opens
    FROM placed),
numbered AS (
    SELECT *, sum(opens) OVER (PARTITION BY person ORDER BY n ROWS UNBOUNDED PRECEDING) AS episode FROM linked),
episodes AS (
    SELECT person, episode, min(admitted_on) AS admitted_on,
        arg_min(hospital_no, n) AS first_hospital, arg_min(planned, n) AS planned,
        arg_max(struct_pack(stay_id := stay_id, partner_id := partner_id, hospital_no := hospital_no,
            discharged_on := discharged_on, disposition := disposition, diagnosis := principal_diagnosis),
            end_at * 128 + n % 128) AS final
    FROM numbered GROUP BY ALL)
