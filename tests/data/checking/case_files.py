"""A file with something odd in it, and what is to become of it."""

import io
import zipfile
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from schemas.policy.partner import DateOrder
from schemas.policy.rule_catalog import RULES

WIDE = "wrong_field_count"
Finding = tuple[str, int | None, str | None]
"""Rule, row, column."""
T = TypeVar("T")


def one_of_each(cases: Iterable[T], kind: Callable[[T], Hashable], name: Callable[[T], str]) -> list[Any]:
    """Many cases of few kinds, as parameters: the first of each kind, as it lies in the list, is tried in every run, the
    others with the heavy ones."""
    met = set[Hashable]()
    made = []
    for case in cases:
        again = kind(case) in met
        met.add(kind(case))
        made.append(pytest.param(case, id=name(case), marks=[pytest.mark.heavy] if again else []))
    return made


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: rows kept, exact findings, or a refusal."""

    name: str
    file: bytes
    kept: int = 0
    found: frozenset[Finding] = frozenset()
    refused: Finding | None = None
    dataset: str = "blood_pressure"
    order: DateOrder = "iso"


HEADERS = {
    "blood_pressure": "patient_id,measured_on,systolic,diastolic,setting",
    "patients": "patient_id,birth_date,birth_year,sex,race,zip",
    "hospital_stays": "stay_id,patient_id,admitted_on,discharged_on,stay_type,hospital",
    "indicator_counts": "indicator,period_start,period_end,stratifier,category,numerator,denominator",
    "food_security": "patient_id,screened_on,instrument,items,raw_score,result",
}
FIRST = {
    "blood_pressure": "P1,2025-03-01,128,79,office",
    "patients": "P1,1957-04-02,1957,female,white,02139",
    "hospital_stays": "S1,P1,2025-03-01,2025-03-04,inpatient,North",
    "indicator_counts": "bp_control,2025-01-01,2025-12-31,sex,female,412,603",
    "food_security": "P1,2025-03-01,hunger_vital_sign,often true;never true,,at_risk",
}
LAST = {
    "blood_pressure": "P9,2025-03-31,118,69,home",
    "patients": "P9,1961-04-02,1961,male,asian,02140",
    "hospital_stays": "S9,P9,2025-03-21,2025-03-31,observation,North",
    "indicator_counts": "bp_control,2025-01-01,2025-12-31,sex,male,400,610",
    "food_security": "P9,2025-03-31,hunger_vital_sign,never true;never true,,not_at_risk",
}
HEADER, GOOD, LATER = HEADERS["blood_pressure"], FIRST["blood_pressure"], LAST["blood_pressure"]


def lines(*rows: str, end: str = "\n") -> bytes:
    return (end.join(rows) + end).encode()


def third(
    name: str, row: str, *found: tuple[str, str | None], dataset: str = "blood_pressure", order: DateOrder = "iso",
    kept: int | None = None,
) -> Case:  # fmt: skip
    """A file whose third row is the odd one, between two good ones."""
    file = lines(HEADERS[dataset], FIRST[dataset], row, LAST[dataset])
    findings = frozenset((rule, 3, column) for rule, column in found)
    lost = any(RULES[rule].reach in ("record", "line") for rule, _ in found)
    return Case(name, file, kept if kept is not None else 2 if lost else 3, findings, None, dataset, order)


def third_refused(
    name: str, row: str, rule: str, column: str | None, *, dataset: str = "blood_pressure", order: DateOrder = "iso"
) -> Case:
    file = lines(HEADERS[dataset], FIRST[dataset], row, LAST[dataset])
    return Case(name, file, refused=(rule, 3, column), dataset=dataset, order=order)


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()
