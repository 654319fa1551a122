"""What the partner's own files say of a patient's life: who is listed, and what is dated before birth or after death.

A birth is what the partner's patients file last said; of a birth year, its first day. A death is a stay that ends
with it, or the event `died`; of several, the first. Patients of one partner that share a token are one person.
"""

from data.findings import Findings
from data.ledger.opening.row_tables import dated
from data.ledger.staging import HAPPENED, LATEST, NOT_COUNTED, PERSONS, Staged, happened
from schemas.datasets.dataset_catalog import DATASETS

_BORN = "coalesce(birth_date, make_date(birth_year, 1, 1))"
_DIED = {
    "hospital_stays": (dated(DATASETS["hospital_stays"]), "disposition = 'died'"),
    "clinical_events": ("starts_on", f"event = 'died' AND NOT {NOT_COUNTED}"),
}
"""Dataset that records deaths -> the day of death and the condition, in SQL."""


def beside_patients(staged: Staged, findings: Findings) -> None:
    """Rows of patients who are in none of the partner's patients files, dated before birth, or after death.

    Without any patients file nobody is missed. One look at the rows finds all three: they may be millions.
    """
    name = staged.dataset.name
    day, took_place = HAPPENED[name], happened(name)
    found = staged.found(f"""
        , patients AS MATERIALIZED (
            SELECT patient_id, arg_max(person_token, {LATEST}) AS token, arg_max({_BORN}, {LATEST}) AS born,
                true AS listed
            FROM in_force.patients WHERE partner_id = $partner GROUP BY patient_id),
        deaths AS MATERIALIZED ({_deaths(staged)}), {_same_person("deaths", "patients")},
        lives AS (FROM patients FULL JOIN (SELECT patient_id, min(day) AS died_on FROM theirs GROUP BY patient_id)
            USING (patient_id))
        SELECT "row", listed IS NULL AND EXISTS (FROM patients) AS unknown_patient,
            coalesce({day} < born, false) AND {took_place} AS before_birth,
            coalesce({day} > died_on, false) AND {took_place} AS after_death
        FROM staged LEFT JOIN lives USING (patient_id) WHERE unknown_patient OR before_birth OR after_death""")
    for rule, column in (("unknown_patient", "patient_id"), ("before_birth", day), ("after_death", day)):
        findings.add(rule, column, found.filter(found[rule])["row"])


def _deaths(staged: Staged) -> str:
    """SQL of the deaths that are recorded once this file is accepted: `patient_id, day`."""
    sources = [(source, staged.remaining(source)) for source in _DIED]
    if staged.dataset.name in _DIED:
        sources.append((staged.dataset.name, "staged"))
    return " UNION ALL ".join(
        f"SELECT patient_id, {_DIED[source][0]} AS day FROM {rows} WHERE {_DIED[source][1]}" for source, rows in sources
    )


def _same_person(facts: str, persons: str) -> str:
    """SQL of `theirs`: the `facts` about patients, of all patients of the partner who are the same person."""
    return f"""theirs AS (
        FROM {facts} UNION BY NAME
        SELECT other.patient_id, t.* EXCLUDE (patient_id) FROM {facts} t JOIN {persons} p USING (patient_id)
        JOIN {persons} other ON other.token = p.token)"""


def died_before_records(staged: Staged, findings: Findings) -> None:
    """Deaths that this file records earlier than a current row about the patient."""
    day, condition = _DIED[staged.dataset.name]
    if staged.rows(f'SELECT "row" FROM staged WHERE {condition} LIMIT 1').is_empty():
        return
    findings.add(
        "died_before_records",
        "disposition" if staged.dataset.name == "hospital_stays" else "starts_on",
        staged.rows(f"""
            , dead AS MATERIALIZED (SELECT patient_id, "row", {day} AS day FROM staged WHERE {condition}),
            persons AS {PERSONS}, {_same_person("dead", "persons")}
            SELECT DISTINCT "row" FROM theirs JOIN ({_all_rows(staged)}) r USING (patient_id) WHERE r.on_day > day"""),
    )


def born_after_records(staged: Staged, findings: Findings) -> None:
    """Birth dates later than a current row about the patient: the patients file may come last."""
    found = staged.found(f"""
        SELECT DISTINCT s."row", birth_date IS NULL AS by_year FROM staged s JOIN ({_all_rows(staged)}) r
        USING (patient_id) WHERE r.on_day < {_BORN}""")
    findings.add("born_after_records", "birth_date", found.filter(~found["by_year"])["row"])
    findings.add("born_after_records", "birth_year", found.filter(found["by_year"])["row"])


def _all_rows(staged: Staged) -> str:
    """SQL of everything that stays current about the partner's patients: `patient_id, on_day`."""
    return " UNION ALL ".join(
        f"SELECT patient_id, {day} AS on_day FROM {staged.remaining(name)} WHERE {happened(name)}"
        for name, day in HAPPENED.items()
    )
