"""The clinics of the demo: conditions, visits, and blood pressures taken at those visits."""

import numpy as np
import polars as pl

from data.demo.people import RACES, People, none
from data.demo.story import (
    BP_CONTROL,
    CLINICS,
    END,
    NONE,
    RACE_GAP,
    START,
    Array,
    along,
    along_each,
    dates,
    day,
    normal_quantile,
    pick,
)

REF = day("2025-04-01")
HYPERTENSION_AGES = ([18, 35, 50, 65, 78], [0.10, 0.22, 0.46, 0.68, 0.74])
# Event, share of people of that age, ages, days that it lasts (0: it goes on), years back to its start.
# fmt: off
CONDITIONS = (
    ("diabetes", .14, 30, 110, 0, 14), ("end_stage_renal_disease", .004, 35, 110, 0, 6),
    ("ckd_stage_5", .003, 40, 110, 0, 5), ("dialysis", .003, 35, 110, 1, 5),
    ("esrd_monthly_service", .002, 35, 110, 1, 3),
    ("kidney_transplant", .0012, 30, 75, 1, 9), ("kidney_transplant_recipient", .0012, 30, 75, 0, 9),
    ("pregnancy", .11, 18, 44, 275, 3), ("hospice", .012, 65, 110, 90, 3),
    ("palliative_care", .010, 50, 110, 150, 3),
    ("frailty", .16, 66, 110, 1, 3), ("advanced_illness", .09, 62, 110, 0, 3),
    ("dementia_medication", .05, 68, 110, 365, 3), ("nursing_home", .03, 70, 110, 1, 3),
    ("other_housing", .02, 66, 110, 1, 3),
)
# fmt: on
VISIT_KINDS = np.array(
    [
        "office_visit",
        "preventive_visit",
        "annual_wellness_visit",
        "virtual_visit",
        "telephone_visit",
        "home_health_visit",
        "emergency_visit",
    ]
)
VISITS_OF_AGE = np.array([(90, 0, 0, 7, 3, 0, 0), (76, 6, 0, 11, 5, 0, 2), (71, 0, 9, 8, 5, 4, 3)])
# Chance of a reading at each kind of visit, and the setting written beside it.
READING_CHANCE = np.array([0.97, 0.97, 0.97, 0.50, 0.30, 0.95, 0.45])
SETTINGS = np.array(["office", "office", "office", "remote_device", "home", "home", "emergency"], dtype=object)
FACTOR = 1 / 0.955
"""Some low systolic pressures come with a diastolic of 90 or more: the share is raised to make up for it."""


def hypertension_onset(rng: np.random.Generator, people: People) -> Array:
    """The day on which each person's essential hypertension began, `NONE` for those without."""
    everyone = np.arange(len(people.birth))
    age = people.age(everyone, REF)
    has = (age >= 16.4) & (rng.random(len(age)) < np.interp(age, *HYPERTENSION_AGES))
    lately = rng.random(len(age)) < 0.10
    onset = np.where(
        lately,
        rng.integers(day(START), day(END), len(age)),
        day(START) - (365 * 18 * rng.random(len(age)) ** 1.5).astype(int),
    )
    grown = people.birth + 16 * 365 + rng.integers(0, 400, len(age))
    return np.where(has, np.minimum(np.maximum(onset, grown), day(END)), NONE)


def make_visits(rng: np.random.Generator, people: People, onset: Array, death: Array) -> pl.DataFrame:
    """Every clinic visit, one row each, in order of clinic, person and day."""
    person, clinic = _members(people)
    ill = onset[person] != NONE
    rate = np.where(ill, rng.gamma(6, 3.3 / 6, len(person)), rng.gamma(1.3, 1.1 / 1.3, len(person)))
    count = rng.poisson(rate * 3)
    at = np.repeat(np.arange(len(person)), count)
    days = rng.integers(day(START), day(END) + 1, len(at))
    recalled = np.flatnonzero(ill & (clinic == 2) & (rng.random(len(person)) < 0.34))
    at = np.concatenate([at, recalled])
    days = np.concatenate([days, rng.integers(day("2026-07-13"), day(END) + 1, len(recalled))])
    days -= np.maximum((days + 3) % 7 - 4, 0)  # weekends move to Friday (1 January 1970 was a Thursday)
    person, clinic = person[at], clinic[at]
    alive = (days >= np.maximum(people.birth[person], day(START))) & ((death[person] == NONE) | (days < death[person]))
    visits = pl.DataFrame({"clinic": clinic[alive], "person": person[alive], "day": days[alive]})
    return _with_kind(rng, people, visits.unique().sort("clinic", "person", "day"))


def _members(people: People) -> tuple[Array, Array]:
    """One entry for each person at each clinic."""
    persons = [np.flatnonzero(people.clinics[:, k] >= 0) for k in (0, 1)]
    person = np.concatenate(persons)
    return person, np.concatenate([people.clinics[p, k] for k, p in enumerate(persons)])


def _with_kind(rng: np.random.Generator, people: People, visits: pl.DataFrame) -> pl.DataFrame:
    age = people.age(visits["person"].to_numpy(), visits["day"].to_numpy())
    lot = rng.random(len(visits))
    status = np.select([lot < 0.035, lot < 0.04, lot < 0.10], ["cancelled", "planned", ""], "finished")
    return visits.with_columns(
        kind=pl.Series(pick(rng, VISITS_OF_AGE[np.digitize(age, [18, 65])])),
        status=pl.Series(status).replace("", None),
        kept=pl.Series(lot >= 0.04),
    )


def make_readings(rng: np.random.Generator, people: People, onset: Array, visits: pl.DataFrame) -> pl.DataFrame:
    """Blood pressures: at most visits of people with hypertension, at some of other adults."""
    person, kind, days = (visits[c].to_numpy() for c in ("person", "kind", "day"))
    ill, grown = onset[person] != NONE, people.age(person, days) >= 18
    chance = READING_CHANCE[kind] * np.where(ill, 1, 0.22)
    taken = visits.filter(pl.Series((rng.random(len(visits)) < chance) & (ill | grown)) & pl.col("kept"))
    lowest = _pressures(rng, people, onset, taken)
    return _with_repeats(rng, lowest)


def _pressures(rng: np.random.Generator, people: People, onset: Array, taken: pl.DataFrame) -> pl.DataFrame:
    """The day's lowest reading: below 140 for the share that the story asks for at that clinic, race and day.
    Half of what lies around it belongs to the person, half to the day."""
    person, clinic, days, kind = (taken[c].to_numpy() for c in ("person", "clinic", "day", "kind"))
    steady = rng.standard_normal(len(people.birth))[person]
    value = np.sqrt(0.5) * (steady + rng.standard_normal(len(person)))
    limit = normal_quantile(np.where(onset[person] != NONE, _control(people, person, clinic, days), 0.93))
    systolic = np.round(139.5 + 13 * (value - limit) + np.where(kind == 6, 12, 0)).clip(84, 236)
    diastolic = 79 + 0.40 * (systolic - 135) - 0.12 * (people.age(person, days) - 55) + rng.normal(0, 6, len(person))
    diastolic = np.minimum(np.round(diastolic).clip(42, 134), systolic - 14)
    setting = pl.Series(SETTINGS[kind].tolist()).set(pl.Series(rng.random(len(person)) < 0.02), None)
    return taken.select(
        "clinic",
        "person",
        "day",
        systolic=pl.Series(systolic),
        diastolic=pl.Series(diastolic),
        setting=setting,
    )


def _control(people: People, person: Array, clinic: Array, days: Array) -> Array:
    """The share controlled that the story asks for: the clinic's course, and the gap that widens by race."""
    race, gap = RACES[people.race[person]], along(RACE_GAP, days)
    behind = np.select([np.isin(race, ["black", "hispanic"]), race == "white"], [0.56, -0.44], 0.0)
    share: Array = along_each(BP_CONTROL, CLINICS, clinic, days) - gap * behind
    return share * FACTOR


def _with_repeats(rng: np.random.Generator, lowest: pl.DataFrame) -> pl.DataFrame:
    """A high pressure is often taken again: adds the first, higher reading; one diastolic in 400 is lost."""
    again = rng.random(len(lowest)) < np.where(lowest["systolic"].to_numpy() >= 136, 0.34, 0.03)
    first = lowest.filter(pl.Series(again))
    first = first.with_columns(
        systolic=pl.col("systolic") + rng.integers(2, 14, len(first)),
        diastolic=pl.col("diastolic") + rng.integers(0, 7, len(first)),
    )
    both = pl.concat([first, lowest]).sort("day", "person", maintain_order=True)
    lost = pl.Series(rng.random(len(both)) < 0.0025)
    return both.with_columns(diastolic=pl.when(lost).then(None).otherwise("diastolic"))


def make_conditions(rng: np.random.Generator, people: People, onset: Array, death: Array) -> pl.DataFrame:
    """What the problem lists hold and the rest that decides who counts: a row each, first and last day."""
    person, clinic = _members(people)
    age, lot = people.age(person, REF), rng.random(len(person))
    doubt = np.select(
        [lot < 0.012, lot < 0.015, lot < 0.03, lot < 0.5],
        ["refuted", "entered_in_error", "provisional", ""],
        "confirmed",
    )
    ended = np.where(rng.random(len(person)) < 0.008, onset[person] + 900, NONE)
    parts = [
        _events("hypertension", person, clinic, onset[person], ended, status=doubt),
        _events("died", person, clinic, death[person], none(len(person))),
    ]
    for event, share, youngest, oldest, lasts, years in CONDITIONS:
        has = (age >= youngest) & (age <= oldest) & (rng.random(len(person)) < share)
        has &= people.female[person] if event == "pregnancy" else True
        starts = np.where(has, day(END) - rng.integers(0, 365 * years, len(person)), NONE)
        ends = np.where(lasts == 0, NONE, starts + lasts - 1)
        parts.append(_events(event, person, clinic, starts, ends))
    events = pl.concat(parts)
    over = pl.Series(death)[events["person"]]
    return events.filter(
        pl.col("starts") != NONE,
        (pl.col("ends") == NONE) | (pl.col("ends") >= pl.col("starts")),
        (over == NONE) | (pl.col("starts") <= over),
    )


def _events(
    event: str, person: Array, clinic: Array, starts: Array, ends: Array, *, status: Array | str = ""
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "clinic": clinic,
            "person": person,
            "event": np.full(len(person), event),
            "starts": starts,
            "ends": ends,
            "status": pl.Series(np.broadcast_to(status, len(person))).replace("", None),
        }
    )


def events_file(people: People, visits: pl.DataFrame, conditions: pl.DataFrame, clinic: int) -> pl.DataFrame:
    """One clinic's clinical events in the columns of the dataset, in order of their first day."""
    kinds = pl.Series(VISIT_KINDS[visits["kind"].to_numpy()])
    seen = visits.select("clinic", "person", event=kinds, starts="day", ends="day", status="status")
    mine = pl.concat([conditions, seen]).filter(pl.col("clinic") == clinic)
    mine = mine.sort("starts", "person", "event", maintain_order=True)
    return mine.select(
        patient_id=people.ids(CLINICS[clinic], mine["person"].to_numpy()),
        event="event",
        starts_on=dates(mine["starts"].to_numpy()),
        ends_on=dates(mine["ends"].to_numpy()),
        status="status",
    )


def readings_file(people: People, readings: pl.DataFrame, clinic: int) -> pl.DataFrame:
    """One clinic's blood pressures in the columns of the dataset, in order of their day."""
    mine = readings.filter(pl.col("clinic") == clinic)
    return mine.select(
        patient_id=people.ids(CLINICS[clinic], mine["person"].to_numpy()),
        measured_on=dates(mine["day"].to_numpy()),
        systolic=pl.col("systolic").cast(pl.Int32),
        diastolic=pl.col("diastolic").cast(pl.Int32),
        setting="setting",
    )
