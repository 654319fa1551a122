"""The six kinds of partner file, each declared once as a pandera model.

The model yields the template, the guide, the data dictionary, the validation and the table in the store.
Each check's name is the id of its rule in `schemas.rules`.
"""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandera.polars as pa

from schemas.clinical_files import (
    BloodPressure,
    ClinicalEvents,
    HospitalStays,
    Patients,
    patients_within,
    pressures_within,
    stays_within,
)
from schemas.columns import Column, Limited, declared, each_row
from schemas.community_files import FoodSecurity, IndicatorCounts
from schemas.limits import Limits


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
    """What must hold of a row under the limits in force, on this day."""

    @cached_property
    def natural_key(self) -> tuple[str, ...]:
        """Columns by which a person would call two rows the same: the key; without one, patient, event and day."""
        return self.key or tuple(c.name for c in self.columns if c.name in ("patient_id", "event", *self.starts))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in file order."""
        return tuple(declared(name, field) for name, field in self.model.to_schema().columns.items())

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


DATASETS: dict[str, Dataset] = {
    d.name: d
    for d in (
        Dataset("patients", "Patients", Patients, (), ("patient_id",), "repeated_patient", patients_within),
        Dataset(
            "hospital_stays",
            "Hospital stays",
            HospitalStays,
            ("discharged_on", "admitted_on"),
            ("stay_id",),
            "repeated_stay",
            stays_within,
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
        ),
        Dataset("food_security", "Food-security screens", FoodSecurity, ("screened_on",), (), "repeated_row"),
        Dataset(
            "indicator_counts",
            "Indicator counts",
            IndicatorCounts,
            ("period_end",),
            ("indicator", "period_start", "period_end", "stratifier", "category"),
            "repeated_count",
        ),
    )
}
