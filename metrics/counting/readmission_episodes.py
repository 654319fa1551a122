"""30-day readmission: stays -> episodes -> index stays and their first return (CMS hospital-wide shape).

Work in calendar dates. Two indicators share this query; they differ in which return counts.
"""

# Stays in order; `reached` is the end reached so far and where. One running maximum carries it all: day of discharge,
# day of admission, whether still open, hospital's number (a window over a struct took three times as long). Of stays
# that end on one day the one admitted last discharges the person. _DAY is the weight of the day of discharge.
_DAY = 131072 * 2097152
_EPISODES = f"""
WITH mine AS MATERIALIZED (SELECT * FROM sent_stays),
hospitals AS (SELECT hospital, row_number() OVER (ORDER BY hospital) AS hospital_no FROM
    (SELECT DISTINCT hospital FROM mine)),
sent_again AS (SELECT stay_id, max(rank) AS last_rank FROM mine GROUP BY stay_id HAVING count(*) > 1),
counted AS (
    SELECT s.*, h.hospital_no, coalesce(discharged_on, admitted_on) AS until,
        (coalesce(discharged_on, admitted_on) - DATE '1800-01-01') * {_DAY}
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
        WHEN admitted_on - DATE '1800-01-01' < reached // {_DAY} THEN 0
        WHEN reached % 1048576 <> hospital_no AND admitted_on - DATE '1800-01-01' <= reached // {_DAY} + 1 THEN 0
        WHEN reached % 1048576 = hospital_no AND admitted_on - DATE '1800-01-01' = reached // {_DAY}
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
    FROM numbered GROUP BY ALL),
"""

_NEXT_ANYWHERE = """
returned AS (
    SELECT *, lead(admitted_on) OVER later AS next_admitted_on, lead(planned) OVER later AS next_planned
    FROM episodes WINDOW later AS (PARTITION BY person ORDER BY episode)),
"""

_NEXT_SAME_HOSPITAL = """
returned AS (
    SELECT e.*, r.next_admitted_on, r.next_planned FROM episodes e LEFT JOIN (
        SELECT e.person, e.episode, arg_min(f.admitted_on, f.episode) AS next_admitted_on,
            arg_min(f.planned, f.episode) AS next_planned
        FROM episodes e JOIN episodes f ON f.person = e.person
            AND f.first_hospital = e.final.hospital_no AND f.episode > e.episode
        GROUP BY ALL) r USING (person, episode)),
"""

_INDEX = """
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
SELECT person, period, i.partner_id, unit_id, exclusion_reason IS NULL AS in_denominator, exclusion_reason,
    exclusion_reason IS NULL AND returned_in_30 AND NOT next_planned AS in_numerator, age
FROM (SELECT *, date_trunc('month', discharged_on) AS month FROM index_stays) i
JOIN period_months USING (month)
"""

ANY_HOSPITAL = _EPISODES + _NEXT_ANYWHERE + _INDEX
SAME_HOSPITAL = _EPISODES + _NEXT_SAME_HOSPITAL + _INDEX

EXCLUSIONS = {
    "died": "Died in hospital",
    "against_advice": "Left against medical advice",
    "transferred_out": "Transferred to another acute hospital, whose stay was not sent",
    "still_here": "Still a patient",
    "under_18": "Younger than 18 at admission (or of unknown age, where such people do not count)",
    "birth": "Childbirth or newborn",
    "cancer": "Stay mainly for cancer treatment",
    "rehabilitation": "Stay mainly for rehabilitation",
    "psychiatric": "Stay mainly for psychiatric care",
    "no_follow_up": "Fewer than 30 days of data after discharge",
    "planned_return": "First return was planned (only when the partnership drops such stays)",
}
CHOICES = (
    "observation_stays_count",
    "same_day_same_hospital",
    "exclude_condition_stays",
    "planned_first_return",
    "unknown_age_counts",
)
DENOMINATOR = (
    "Episodes of adults discharged alive in the period: stays that touch at different hospitals are one episode, "
    "attributed to the hospital that discharges the person, with at least 30 days of data after discharge."
)
REACH = {"hospital_stays": "since", "patients": "all"}
