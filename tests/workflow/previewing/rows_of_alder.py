"""Rows as Alder sends them, and the months that its files cover."""

import datetime as dt

from data.ledger.submissions import Window
from schemas.policy.viewer import Viewer
from tests.support.partnerships import Row

ALDER = Viewer(role="partner", partner_id="alder")
JULY, AUGUST = Window(dt.date(2025, 7, 1), dt.date(2025, 7, 31)), Window(dt.date(2025, 8, 1), dt.date(2025, 8, 31))


def reading(day: int, systolic: float, patient: str = "P1", month: int = 7, diastolic: float = 80) -> Row:
    measured = dt.date(2025, month, day)
    return {"patient_id": patient, "measured_on": measured, "systolic": systolic, "diastolic": diastolic}


def patient(local: str, **more: object) -> Row:
    return {"patient_id": local, "birth_date": dt.date(1960, 1, 1), "sex": "female", **more}


def event(name: str, patient: str, day: dt.date = dt.date(2024, 8, 1)) -> Row:
    return {"patient_id": patient, "event": name, "starts_on": day}
