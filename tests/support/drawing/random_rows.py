"""Seeded random partnerships, small and dense in edge cases: a day is seldom just any day.

Days are drawn at, just before or just after the ends of months, half-years and periods, and 0, 1, 29, 30 or 31
days after something else of the same person; ages are drawn so that birthdays fall on such days.
"""

import random
from collections.abc import Callable
from pathlib import Path

from data.ledger.submissions import Window
from tests.oracles.scope_rows import DATED, DAY
from tests.support.drawing.drawn_people import LONG_AGO, Drawing, Person
from tests.support.partnerships import Row, TestPartnership, fresh

Files = list[tuple[str, str, list[Row], Window | None]]
MEASURES = {
    "readmission": ("patients", "hospital_stays"),
    "blood_pressure": ("patients", "clinical_events", "blood_pressure", "hospital_stays"),
    "food": ("patients", "food_security", "clinical_events"),
    "referrals": ("patients", "food_security", "referrals"),
    "programs": ("patients", "food_programs"),
}


def files(seed: int, partners: tuple[str, ...], people: int, datasets: tuple[str, ...]) -> Files:
    """The files of a random partnership, in the order in which they come: increments, overlaps and corrections."""
    drawing = Drawing(seed, partners, people)
    made: Files = []
    for partner in partners:
        for dataset in datasets:
            if dataset == datasets[-1] or not drawing.chance(0.12):
                made += _of_dataset(drawing, partner, dataset)
    return made


def _of_dataset(drawing: Drawing, partner: str, dataset: str) -> Files:
    draw: Callable[[Person, str, str], list[Row]] = getattr(drawing, dataset)

    def rows(share: float = 1) -> list[Row]:
        people = [(person, local) for person in drawing.people for who, local in person.ids if who == partner]
        return [row for person, local in people if drawing.chance(share) for row in draw(person, partner, local)]

    if dataset == "patients":
        made: Files = [(partner, dataset, rows(), None)]
        made += [(partner, dataset, rows(0.3), None)] if drawing.chance(0.3) else []
        return [file for file in made if file[2]]
    first = LONG_AGO if dataset == "clinical_events" else drawing.first
    every, last = rows(), drawing.last
    if dataset == "referrals":  # a partner's data may end before another's, in the middle of a follow-up
        last -= drawing.rng.choice([0, 0, 1, 30, 90]) * DAY
    windows = [Window(first, last)]
    if drawing.chance(0.4):
        cut = drawing.rng.choice(drawing.edges) + drawing.rng.choice([0, 0, 5]) * DAY
        cut = min(max(cut, first + DAY), last)
        windows = [Window(first, cut - DAY), Window(cut, last)]
    made = [(partner, dataset, within(every, dataset, w), w) for w in windows]
    if drawing.chance(0.35):
        start = drawing.rng.choice(drawing.edges)
        window = Window(start, max(start, min(start + drawing.rng.choice([0, 30, 89]) * DAY, drawing.last)))
        made.append((partner, dataset, within(rows() + corrected(drawing, every), dataset, window), window))
    return [file for file in made if file[2]]


def within(rows: list[Row], dataset: str, window: Window) -> list[Row]:
    """The rows whose day lies in the window."""
    days = (next((r[c] for c in DATED[dataset] if r.get(c)), None) for r in rows)
    return [row for row, day in zip(rows, days, strict=True) if window.first <= day <= window.last]  # type: ignore[operator]


def corrected(drawing: Drawing, rows: list[Row]) -> list[Row]:
    """Some rows as they were; of the stays some closed, some with other dates or another disposition."""
    kept = [dict(row) for row in rows if drawing.chance(0.5)]
    for row in kept:
        if "stay_id" in row and (row["discharged_on"] is None or drawing.chance(0.3)):
            end = row["discharged_on"] or row["admitted_on"]
            row["discharged_on"] = min(end + drawing.rng.choice([0, 3, 30]) * DAY, drawing.last)
            row["disposition"] = drawing.some("home", "died", row["disposition"], row["disposition"])
    return kept


def random_choices(seed: int) -> dict[str, object]:
    """The defaults half of the time, else any mixture."""
    rng = random.Random(seed)
    if rng.random() < 0.4:
        return {}
    return {
        "observation_stays_count": rng.random() < 0.5,
        "same_day_same_hospital": rng.choice(["count", "combine"]),
        "exclude_condition_stays": rng.random() < 0.5,
        "transfer_code_removes": rng.random() < 0.5,
        "planned_first_return": rng.choice(["not_a_readmission", "drop_index"]),
        "incomplete_vital_sign": rng.choice(["incomplete", "no_risk"]),
        "long_food_forms": rng.choice(["own_scale", "six_items"]),
        "help_counts_from": rng.choice(["latest_screen", "first_screen"]),
        "unknown_age_counts": rng.random() < 0.5,
        "screening_eligible": rng.choice(["roster", "seen"]),
    }


def random_partnership(folder: Path, seed: int, measure: str, people: int = 60) -> TestPartnership:
    """A partnership of 2 to 4 partners with everything accepted."""
    rng = random.Random(seed)
    partners = ("alder", "birch", "cedar", "dogwood")[: rng.choice([2, 3, 3, 4])]
    made = fresh(folder, partners, **random_choices(seed))
    made.load(files(seed, partners, people, MEASURES[measure]))
    return made
