"""What lies outside a patient's lifetime: rows before birth or after the recorded death, by the partner's own files.

A birth is what the partner's patients file last said; of a birth year, its first day. A death is a stay that ends
with it, or the event `died`; of several, the first. Patients of one partner that share a token are one person.
"""

from data.findings import Findings
from data.staged import HAPPENED, LATEST, NOT_COUNTED, PERSONS, Staged, happened
from data.store import dated
from schemas.datasets import DATASETS

_BORN = "coalesce(birth_date, make_date(birth_year, 1, 1))"
_DIED = {
    "hospital_stays": (dated(DATASETS["hospital_stays"]), "disposition = 'died'"),
    "clinical_events": ("starts_on", f"event = 'died' AND NOT {NOT_COUNTED}"),
}
"""Dataset that records deaths -> the day of death and the condition, in SQL."""


def before_birth(staged: Staged, findings: Findings) -> None:
    """Rows dated before the patient's birth."""
    name = staged.dataset.name
    findings.add(
        "before_birth",
        HAPPENED[name],
        staged.rows(f"""
            SELECT s."row" FROM staged s JOIN (
                SELECT patient_id, arg_max({_BORN}, {LATEST}) AS born FROM in_force.patients
                WHERE partner_id = $partner GROUP BY patient_id) USING (patient_id)
            WHERE {HAPPENED[name]} < born AND {happened(name)}"""),
    )


def after_death(staged: Staged, findings: Findings) -> None:
    """Rows dated after the patient's recorded death."""
    name = staged.dataset.name
    deaths = [
        f"SELECT patient_id, {day} AS day FROM {rows} WHERE {condition}"
        for source, (day, condition) in _DIED.items()
        for rows in ([staged.in_force(source), "staged"] if source == name else [staged.in_force(source)])
    ]
    findings.add(
        "after_death",
        HAPPENED[name],
        staged.rows(f"""
            , deaths AS MATERIALIZED ({" UNION ALL ".join(deaths)}), {_same_person("deaths")}
            SELECT s."row" FROM staged s JOIN (SELECT patient_id, min(day) AS died_on FROM theirs GROUP BY patient_id)
            USING (patient_id) WHERE {HAPPENED[name]} > died_on AND {happened(name)}"""),
    )


def _same_person(told: str) -> str:
    """SQL of `theirs`: what is `told` of patients, of all patients of the partner who are the same person."""
    return f"""persons AS {PERSONS}, theirs AS (
        FROM {told} UNION BY NAME
        SELECT other.patient_id, t.* EXCLUDE (patient_id) FROM {told} t JOIN persons p USING (patient_id)
        JOIN persons other ON other.token = p.token)"""


def died_before_records(staged: Staged, findings: Findings) -> None:
    """Deaths that this file records earlier than something in force about the patient."""
    day, condition = _DIED[staged.dataset.name]
    if staged.rows(f'SELECT "row" FROM staged WHERE {condition} LIMIT 1').is_empty():
        return
    findings.add(
        "died_before_records",
        "disposition" if staged.dataset.name == "hospital_stays" else "starts_on",
        staged.rows(f"""
            , told AS MATERIALIZED (SELECT patient_id, "row", {day} AS day FROM staged WHERE {condition}),
            {_same_person("told")}
            SELECT DISTINCT "row" FROM theirs JOIN ({_all_rows(staged)}) r USING (patient_id) WHERE r.on_day > day"""),
    )


def born_after_records(staged: Staged, findings: Findings) -> None:
    """Birth dates later than something in force about the patient: the patients file may come last."""
    found = staged.found(f"""
        SELECT DISTINCT s."row", birth_date IS NULL AS by_year FROM staged s JOIN ({_all_rows(staged)}) r
        USING (patient_id) WHERE r.on_day < {_BORN}""")
    findings.add("born_after_records", "birth_date", found.filter(~found["by_year"])["row"])
    findings.add("born_after_records", "birth_year", found.filter(found["by_year"])["row"])


def _all_rows(staged: Staged) -> str:
    """SQL of everything that stays in force about the partner's patients: `patient_id, on_day`."""
    return " UNION ALL ".join(
        f"SELECT patient_id, {day} AS on_day FROM {staged.in_force(name)} WHERE {happened(name)}"
        for name, day in HAPPENED.items()
    )
