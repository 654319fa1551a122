"""Patients whose attributes contradict each other: against what the partner sent before, and by a shared token.

Looked at is what does not change: birth date (or year) and sex, where both are known. The file accepted last decides.
"""

from data.findings import Findings
from data.ledger.staging import LATEST, Staged

_SEX = "CASE WHEN sex IN ('female', 'male') THEN sex END"
_YEAR = "coalesce(CAST(year(birth_date) AS INTEGER), birth_year)"


def known_with(*more: str) -> str:
    """SQL of each patient's current attributes, with further columns, to be grouped by partner_id, patient_id."""
    also = "".join(f", arg_max({column}, {LATEST}) AS {column}" for column in more)
    return f"""SELECT partner_id, patient_id, arg_max(person_token, {LATEST}) AS token,
        arg_max(birth_date, {LATEST}) AS birth_date, arg_max({_YEAR}, {LATEST}) AS born_in,
        arg_max({_SEX}, {LATEST}) AS sex{also} FROM in_force.patients"""


KNOWN = known_with()
"""SQL of what does not change of each patient, to be grouped by partner_id, patient_id."""
DIFFER = "(coalesce(a.birth_date <> b.birth_date, a.born_in <> b.born_in, false) OR coalesce(a.sex <> b.sex, false))"
"""SQL condition: what is known of patients `a` and `b` cannot be true of one person."""

_BEFORE = f"""
, sent AS (SELECT patient_id, person_token AS token, birth_date, {_YEAR} AS born_in, {_SEX} AS sex, "row" FROM staged),
known AS ({KNOWN} WHERE partner_id = $partner GROUP BY partner_id, patient_id)"""


def with_earlier(staged: Staged, findings: Findings) -> None:
    """What the partner last sent of the same patient was different."""
    found = staged.found(f"""{_BEFORE}
        SELECT "row", t.birth_date IS NULL AS by_year,
            coalesce(t.birth_date <> k.birth_date, t.born_in <> k.born_in, false) AS birth,
            coalesce(t.sex <> k.sex, false) AS sex
        FROM sent t JOIN known k USING (patient_id)""")
    birth, by_year = found["birth"], found["by_year"]
    findings.add("contradicts_earlier", "birth_date", found.filter(birth & ~by_year)["row"])
    findings.add("contradicts_earlier", "birth_year", found.filter(birth & by_year)["row"])
    findings.add("contradicts_earlier", "sex", found.filter(found["sex"])["row"])


def by_token(staged: Staged, findings: Findings) -> None:
    """Two patients of the partner with one token differ: within the file, or one of them is current."""
    found = staged.found(f"""{_BEFORE},
        every AS (
            SELECT "row", coalesce(t.token, k.token) AS token, coalesce(t.birth_date, k.birth_date) AS birth_date,
                coalesce(t.born_in, k.born_in) AS born_in, coalesce(t.sex, k.sex) AS sex
            FROM sent t FULL JOIN known k USING (patient_id)),
        differing AS (
            SELECT token, coalesce(min(birth_date) <> max(birth_date), false) OR min(born_in) <> max(born_in) AS birth,
                min(sex) <> max(sex) AS sex
            FROM every WHERE token IS NOT NULL GROUP BY token HAVING count(*) > 1)
        SELECT "row", coalesce(d.birth, false) AND e.born_in IS NOT NULL AS birth,
            coalesce(d.sex, false) AND e.sex IS NOT NULL AS sex, e.birth_date IS NULL AS by_year
        FROM every e JOIN differing d USING (token) WHERE "row" IS NOT NULL AND (d.birth OR d.sex)""")
    birth, by_year = found["birth"], found["by_year"]
    findings.add("token_contradicts", "birth_date", found.filter(birth & ~by_year)["row"])
    findings.add("token_contradicts", "birth_year", found.filter(birth & by_year)["row"])
    findings.add("token_contradicts", "sex", found.filter(found["sex"])["row"])
