"""The kinds of partner file, each declared once as a pandera model.

The model yields the template, the guide, the data dictionary, the validation and the table in the store.
Each check's name is the id of its rule in `schemas.policy.rule_catalog`.
"""

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from schemas.datasets.clinical_files import (
    BloodPressure,
    ClinicalEvents,
    HospitalStays,
    Patients,
    patients_within,
    pressures_within,
    stays_within,
)
from schemas.datasets.columns import Column, Limited, declared, each_row
from schemas.datasets.community_files import FoodSecurity, IndicatorCounts
from schemas.datasets.pandera_alone import pa
from schemas.datasets.program_files import FoodPrograms
from schemas.datasets.referral_files import Referrals
from schemas.policy.limits import Limits
from schemas.vocabularies.code_lists import VOCABULARIES


@dataclass(frozen=True)
class Dataset:
    """A kind of partner file: its model, and what intake must know beyond the model."""

    name: str
    title: str
    model: type[pa.DataFrameModel]
    starts: tuple[str, ...]
    """Columns whose first value that is not blank dates a row: the row's place in the coverage window."""
    key: tuple[str, ...]
    """Columns that name a row; the same key twice is `repeated_rule`."""
    repeated_rule: str
    within: Callable[[Limits, dt.date], Limited] = lambda limits, today: {}
    """What must hold of a row under the current limits, on this day."""
    one_of: tuple[str, ...] = ()
    """Columns of which a file needs at least one."""
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Check of a whole row -> the columns in doubt when it fails. Where the row can count without them they are left
    blank. A check that is not here, or that doubts a column of identity, blocks the row."""
    halves: tuple[str, ...] = ()
    """Columns without which a whole file is half of one: blank in all rows, it is asked about."""
    pairs: tuple[Column, ...] = ()
    """What one cell of a file may hold for two columns; its name is theirs with a stroke between."""

    @cached_property
    def natural_key(self) -> tuple[str, ...]:
        """Columns by which a person would call two rows the same: the key; without one, patient, event and day."""
        return self.key or tuple(c.name for c in self.columns if c.name in ("patient_id", "event", *self.starts))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in file order."""
        return tuple(declared(name, field) for name, field in self.model.to_schema().columns.items())

    @cached_property
    def named(self) -> tuple[Column, ...]:
        """What a column of a file can be: a column, two of them in one, or one word of a column, to be ticked."""
        ticks = [tick(c, word) for c in self.columns if c.ticked for word in VOCABULARIES[c.vocabulary or ""].terms]
        return (*self.columns, *self.pairs, *ticks)

    def parts(self, name: str) -> tuple[str, ...]:
        """The columns that a column of a file fills, by the name of what it is (see `named`)."""
        return tuple(name.split("/")) if "/" in name else (name.split(":", maxsplit=1)[0],)

    def left_blank(self, rule: str, column: str | None) -> tuple[str, ...]:
        """The columns whose value is left out when this rule finds something in this column of a file (None: in the
        row); none when the row cannot count without them."""
        names = self.about.get(rule, ()) if column is None else self.parts(column)
        roles = {c.name: c.role for c in self.columns}
        return names if all(roles.get(name, "identity") != "identity" for name in names) else ()

    def holds_several(self, name: str) -> bool:
        """Whether several columns of a file may be this: each gives one of its words."""
        return any(c.name == name and c.kind in ("codes", "tick") for c in self.named)

    def named_twice(self, names: Sequence[str]) -> list[str]:
        """The columns that are filled more than once by columns of a file that are these, where that may not be."""
        parts = [part for name in names for part in self.parts(name)]
        one = [part for name in names if not self.holds_several(name) for part in self.parts(name)]
        return [part for part in dict.fromkeys(one) if parts.count(part) > 1]

    def still_needed(self, filled: Iterable[str]) -> list[str]:
        """What is missing when these columns are filled: required ones, and "a or b" where one of several will do."""
        known = set(filled)
        needed = [c.name for c in self.columns if c.required and c.name not in known]
        return needed + ([" or ".join(self.one_of)] if self.one_of and not known & set(self.one_of) else [])

    def schema(self, limits: Limits, today: dt.date) -> Any:
        """The pandera schema of a cleaned batch (never coerces: under lazy that hides failures)."""
        schema = copy.deepcopy(self.model.to_schema())
        for (rule, column), holds in self.within(limits, today).items():
            part = schema.columns[column] if column else schema
            part.checks.append(pa.Check(partial(each_row, holds=holds), name=rule))
        return schema

    @property
    def meaning(self) -> str:
        """What one row is."""
        return " ".join((self.model.__doc__ or "").split())


def tick(column: Column, word: str) -> Column:
    """A column of a file that says yes or no to one word, such as "Race: White"."""
    label, others = VOCABULARIES[column.vocabulary or ""].terms[word]
    words = [w for w in (word, label, *others) if not re.search(r"\d", w)]
    return Column(
        name=f"{column.name}:{word}", kind="tick", meaning=f"Yes or no: {label}.", example="yes", required=False,
        role=column.role, vocabulary=column.vocabulary, synonyms=tuple(f"{column.name} {w}" for w in words),
    )  # fmt: skip


BOTH_PRESSURES = Column(
    name="systolic/diastolic",
    kind="pair",
    meaning="Both pressures in one cell, systolic first.",
    example="128/79",
    required=False,
    role="decides",
    synonyms=("bp", "blood_pressure", "bp_reading", "bp_value", "sbp/dbp", "sys/dia", "85354-9", "55284-4"),
)

DATASETS: dict[str, Dataset] = {
    d.name: d
    for d in (
        Dataset(
            "patients",
            "Patients",
            Patients,
            (),
            ("patient_id",),
            "repeated_patient",
            patients_within,
            about={
                "birth_date_implausible": ("birth_date", "birth_year"),
                "birth_year_contradicts": ("birth_date", "birth_year"),
            },
        ),
        Dataset(
            "hospital_stays",
            "Hospital stays",
            HospitalStays,
            ("discharged_on", "admitted_on"),
            ("stay_id",),
            "repeated_stay",
            stays_within,
            halves=("discharged_on",),
        ),
        Dataset("clinical_events", "Clinical events", ClinicalEvents, ("starts_on",), (), "repeated_row"),
        Dataset(
            "blood_pressure",
            "Blood-pressure readings",
            BloodPressure,
            ("measured_on",),
            (),
            "repeated_row",
            pressures_within,
            one_of=("systolic", "diastolic"),
            about={"systolic_not_above_diastolic": ("systolic", "diastolic")},
            halves=("systolic", "diastolic"),
            pairs=(BOTH_PRESSURES,),
        ),
        Dataset(
            "food_security",
            "Food-security screens",
            FoodSecurity,
            ("screened_on",),
            (),
            "repeated_row",
            one_of=("items", "raw_score", "result"),
            about={
                "score_out_of_range": ("raw_score",),
                "too_many_items": ("items",),
                "intervention_before_screen": ("intervention_on",),
            },
        ),
        Dataset(
            "referrals",
            "Referrals",
            Referrals,
            ("sent_on",),
            ("referral_id", "status", "status_on"),
            "repeated_referral",
            about={"service_before_sent": ("service_on",)},
        ),
        Dataset(
            "food_programs",
            "Food programs",
            FoodPrograms,
            ("enrolled_on",),
            ("enrollment_id",),
            "repeated_enrollment",
            about={
                "ended_before_enrolled": ("ended_on",),
                "redeemed_above_issued": ("redeemed",),
                "attended_above_offered": ("attended",),
            },
        ),
        Dataset(
            "indicator_counts",
            "Counts of a measure",
            IndicatorCounts,
            ("period_end",),
            ("indicator", "period_start", "period_end", "stratifier", "category"),
            "repeated_count",
        ),
    )
}
