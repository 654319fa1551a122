"""What the made-up partnership does about its measures, in line with its story; and what a meeting decided before."""

import datetime as dt
from dataclasses import dataclass, replace

import duckdb

from data.demo.story import CLINICS, COUNTS_ONLY, HOSPITALS, PANTRY
from data.ledger.actions import action_steps
from data.ledger.actions.action_steps import Deed, Part, State, Step
from data.ledger.decisions import decision_steps
from data.ledger.decisions.decision_steps import Agreed

ACTOR = "demo"


@dataclass(frozen=True)
class Told:
    """A report on an action: when, where it stands, what was done so far, and what is next by when."""

    on: str
    state: State
    so_far: str
    next_step: str = ""
    due: str = ""


DEEDS: tuple[tuple[Deed, tuple[Told, ...]], ...] = (
    (
        Deed(
            "Home cuffs, nurse visits", "Millrace nurse lead", "bp_control", dt.date(2025, 4, 10),
            parts=(Part(CLINICS[0], 0, 48_000, 60_000), Part(HOSPITALS[0], 60_000)), budget=85_000,
            in_kind="Nurse visits, paid by Millrace",
        ),
        (
            Told("2025-06-30", "running", "210 cuffs lent", "Order 400 more cuffs", "2025-09-30"),
            Told("2026-09-30", "running", "640 cuffs lent", "Lend the next cuffs to groups left behind", "2026-11-12"),
        ),
    ),
    (
        Deed(
            "Calls to people who missed a visit", "Fenwick Flats care team", "bp_control", dt.date(2026, 7, 1),
            dt.date(2026, 9, 30), (Part(CLINICS[2], 0, 6_500),), in_kind="A nurse for ten weeks",
        ),
        (Told("2026-09-30", "done", "1,150 people called, 480 came"),),
    ),
    (
        Deed(
            "Calls after going home", "Dr. Lena Ortiz", "readmission_any_hospital",
            dt.date(2026, 2, 16), parts=(Part(HOSPITALS[0], 20_000, 9_000), Part(HOSPITALS[1], 0, 0, 12_000),
                                         Part(HOSPITALS[2], 10_000, 9_000)), budget=42_000,
        ),
        (Told("2026-09-15", "running", "2 of 3 hospitals call", "Agree on who calls on weekends", "2026-10-05"),),
    ),
    (
        Deed(
            "Screening at check-in", "Sam Whitley", "food_screening", dt.date(2024, 2, 1),
            parts=tuple(Part(clinic, 0, 4_000) for clinic in CLINICS), in_kind="Time of the front desks",
        ),
        (Told("2026-08-31", "running", "All three clinics ask", "Ask again where an answer is blank", "2026-12-01"),),
    ),
    (
        Deed(
            "Spanish-speaking helpers", "Pantry outreach lead", "connected_to_help", dt.date(2025, 3, 3),
            parts=(Part(PANTRY, 0, 11_000, 24_000), Part(COUNTS_ONLY, 0, 7_000, 16_000), Part(HOSPITALS[0], 40_000)),
            group=("language", "spanish"), budget=40_000, in_kind="Room and training at both pantries",
        ),
        (Told("2026-09-30", "running", "Six helpers, two a day", "Find the money for 2027", "2026-11-16"),),
    ),
    (
        Deed(
            "A call within two days", "Pantry outreach lead", "referral_served", dt.date(2025, 9, 1),
            parts=(Part(CLINICS[0], 0, 3_000), Part(PANTRY, 0, 0, 18_000)), budget=20_000,
            in_kind="A caller and a phone at the pantry",
        ),
        (
            Told("2025-11-30", "running", "Millrace’s people are called", "Ask the other clinics", "2026-03-31"),
            Told("2026-09-30", "running", "One clinic of three takes part", "Offer it to the others", "2026-11-30"),
        ),
    ),
    (
        Deed(
            "Grocery vouchers in winter", "County food council", "food_insecurity", dt.date(2026, 12, 1),
            dt.date(2027, 3, 31), (Part(COUNTS_ONLY),), budget=30_000, next_step="Sign with two grocery stores",
            next_due=dt.date(2026, 11, 20),
        ),
        (),
    ),
)  # fmt: skip
"""Each action as it was recorded, and the reports on it."""
DECIDED = Agreed("Ask Fenwick Flats how its calls brought people back", "Millrace nurse lead", dt.date(2026, 10, 15))


def record(cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Put them down as if each had been recorded when it began. `release`: the one that was shown then; 0: none yet."""
    for deed, reports in DEEDS:
        began = min(deed.starts, dt.date(2026, 9, 30))
        step = Step(1, "recorded", "planned", deed, "", "", release, ACTOR, noon(began))
        number = action_steps.add(cur, None, step)
        for n, told in enumerate(reports, 2):
            due = dt.date.fromisoformat(told.due) if told.due else None
            said = replace(deed, next_step=told.next_step, next_due=due)
            at = noon(dt.date.fromisoformat(told.on))
            action_steps.add(cur, number, Step(n, "reported", told.state, said, told.so_far, "", release, ACTOR, at))
    made = decision_steps.Step(1, "made", release, DECIDED, "", ACTOR, noon(dt.date(2026, 7, 14)))
    decision_steps.add(cur, None, "bp_control", made)


def noon(day: dt.date) -> dt.datetime:
    """The middle of a day."""
    return dt.datetime.combine(day, dt.time(12))
