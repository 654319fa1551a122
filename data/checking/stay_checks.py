"""Stays that contradict each other: that overlap, or are in two hospitals, within the file and with the current ones.

The figures resolve them: stays that overlap are one episode, transitively (`metrics/indicators/shared_sql`). Also codes
that the published lists do not hold: the figures cannot group them.
"""

from data.findings import Findings
from data.ledger.staging import PERSONS, Staged

_COLUMNS = "patient_id, stay_id, admitted_on, discharged_on, hospital"


def _stays(staged: Staged) -> str:
    """SQL of `stays`: those of the file (`row` is set) and the current ones of the same people, by person."""
    return f"""
        , persons AS {PERSONS},
        sent AS (SELECT {_COLUMNS}, "row" FROM staged
                 UNION ALL SELECT {_COLUMNS}, NULL FROM {staged.remaining("hospital_stays")}),
        every AS (SELECT s.*, coalesce(token, patient_id) AS person, coalesce(discharged_on, admitted_on) AS until
                  FROM sent s LEFT JOIN persons USING (patient_id)),
        stays AS MATERIALIZED (
            FROM every WHERE person IN (SELECT person FROM every WHERE "row" IS NOT NULL))"""


def overlapping(staged: Staged, findings: Findings) -> None:
    """Stays that begin before another of the same person has ended. Of two in the file the later is named.

    Stays with the same two dates stand side by side: those of one hospital overlap, those of two are one stay twice
    (`in_two_hospitals`).
    """
    # A running maximum sees each stay once. Joining the stays of a person with each other costs the same while people
    # have a few, but 340 times as much for 20,000 stays under one id, as a file without proper ids holds.
    rows = staged.rows(f"""{_stays(staged)},
        spans AS (SELECT person, admitted_on, until, bool_or("row" IS NULL) AS kept FROM stays GROUP BY ALL),
        placed AS (
            SELECT *, max(until) OVER (sorted ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
                min(admitted_on) FILTER (kept) OVER (sorted ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next
            FROM spans WINDOW sorted AS (PARTITION BY person ORDER BY admitted_on, until))
        SELECT "row" FROM stays JOIN placed USING (person, admitted_on, until)
        WHERE "row" IS NOT NULL AND (admitted_on < reached OR next < until)
        UNION
        SELECT "row" FROM (
            SELECT "row", row_number() OVER (
                PARTITION BY person, admitted_on, until, hospital ORDER BY "row" NULLS FIRST) AS n
            FROM stays WHERE until > admitted_on)
        WHERE "row" IS NOT NULL AND n > 1""")
    findings.add("overlapping_stays", "admitted_on", rows)


def in_two_hospitals(staged: Staged, findings: Findings) -> None:
    """Stays of one person with the same two dates in two hospitals. Within one day it is a transfer, and may be."""
    rows = staged.rows(f"""{_stays(staged)},
        twice AS (
            SELECT person, admitted_on, discharged_on FROM stays WHERE discharged_on > admitted_on
            GROUP BY ALL HAVING min(coalesce(hospital, '')) <> max(coalesce(hospital, '')))
        SELECT "row" FROM stays JOIN twice USING (person, admitted_on, discharged_on) WHERE "row" IS NOT NULL""")
    findings.add("stay_in_two_hospitals", "hospital", rows)


def unlisted_codes(staged: Staged, findings: Findings) -> None:
    """Diagnoses and procedures that are on no published list: newer than it, or not a whole code."""
    diagnoses = staged.rows("""SELECT "row" FROM staged
        WHERE principal_diagnosis NOT IN (SELECT code FROM code_list.diagnosis)""")
    procedures = staged.rows("""SELECT DISTINCT "row" FROM (
            SELECT "row", unnest(code_list.codes(procedures)) AS code FROM staged WHERE procedures IS NOT NULL)
        WHERE code NOT IN (SELECT code FROM code_list.procedure)""")
    findings.add("code_not_listed", "principal_diagnosis", diagnoses)
    findings.add("code_not_listed", "procedures", procedures)
