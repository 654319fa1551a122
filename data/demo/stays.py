"""The hospital stays of the demo: admissions, transfers, returns within 30 days, and deaths."""

import numpy as np
import polars as pl

from data.demo.people import People, born_in_span, none
from data.demo.story import END, HOSPITALS, NONE, RETURNS, START, Array, along_each, dates, day, pick

RETURN_ROUNDS = 4
# What people are admitted for: share by age (under 40, 40 to 64, 65 and over), days in hospital, share
# planned, chance of a return against the average, diagnoses.
# fmt: off
REASONS = (
    ("heart and lung", (6, 24, 38), 5.0, .01, 1.25, ("I50.9", "I50.23", "J44.1", "J18.9", "I21.4", "I48.91")),
    ("general", (40, 34, 32), 4.2, .03, 1.0, ("A41.9", "N39.0", "K57.32", "E11.65", "L03.115", "K85.90",
     "N17.9")),
    ("surgery", (14, 20, 14), 3.0, .72, .55, ("M16.11", "M17.12", "K80.20", "I25.10", "K43.2", "S72.001A")),
    ("observation", (14, 13, 12), 1.1, .0, .0, ("R07.9", "R55", "I95.9", "R42")),
    ("cancer treatment", (2, 4, 3), 4.0, .85, 1.2, ("Z51.11", "C34.90", "C18.9", "C50.911")),
    ("psychiatric", (24, 6, 1.5), 7.5, .02, 1.0, ("F32.9", "F20.9", "F31.9")),
    ("rehabilitation", (.5, 1.5, 2.5), 11.0, .95, .6, ("Z44.101", "Z46.89")),
    ("obstetric", (0, 0, 0), 2.2, .25, .12, ("O80", "O34.211", "O42.02", "O14.14")),
)
# fmt: on
OBSERVATION, OBSTETRIC = 3, 7
# What is done in a stay with this diagnosis: in every one, or in a planned one only.
DONE = {
    "I21.4": "027034Z", "J44.1": "5A09357", "N17.9": "5A1D70Z", "S72.001A": "0QS634Z", "Z51.11": "3E03305",
    "F32.9": "GZB0ZZZ", "O80": "10E0XZZ", "O34.211": "10D00Z1",
}  # fmt: skip
DONE_AS_PLANNED = {
    "M16.11": "0SR90JZ", "M17.12": "0SRD0J9", "K80.20": "0FT44ZZ", "I25.10": "0210093;5A1221Z", "K43.2": "0WUF0JZ",
    "C18.9": "0DTN0ZZ", "C50.911": "0HBT0ZZ",
}  # fmt: skip
CAMPUSES = np.array(["North campus", "South campus"])


def make_stays(rng: np.random.Generator, people: People) -> tuple[pl.DataFrame, Array]:
    """All stays (a row each, days as integers), and each person's day of death there (mostly `NONE`)."""
    first = pl.concat([_admissions(rng, people), _births(people)])
    first, second_legs = _transfers(rng, people, first)
    rounds = [first, second_legs]
    latest = pl.concat(rounds).filter(~pl.col("transferred"))
    for _ in range(RETURN_ROUNDS):
        latest = _returns(rng, people, latest)
        rounds.append(latest)
    return _without_impossible(rng, pl.concat(rounds), len(people.birth))


def _stays(
    rng: np.random.Generator,
    people: People,
    person: Array,
    hospital: Array,
    admitted: Array,
    *,
    reason: Array,
    caused: bool,
) -> pl.DataFrame:
    """Stays with their length, diagnosis, plan and the way they end."""
    mean, planned = np.array([r[2] for r in REASONS])[reason], np.array([r[3] for r in REASONS])[reason]
    length = np.minimum(rng.gamma(1.4, mean / 1.4).astype(int) + (reason != OBSERVATION), 60)
    lot = rng.random(len(person))
    diagnosis = np.empty(len(person), dtype=object)
    for i, row in enumerate(REASONS):
        mine = reason == i
        diagnosis[mine] = rng.choice(np.array(row[5], dtype=object), int(mine.sum()))
    return pl.DataFrame(
        {
            "person": person,
            "hospital": hospital,
            "admitted": admitted,
            "discharged": admitted + length,
            "reason": reason,
            "diagnosis": pl.Series(diagnosis.tolist(), dtype=pl.String),
            "planned": lot < np.where(caused, np.minimum(planned, 0.06), planned),
            "goes": _goes(rng, people.age(person, admitted), reason),
        }
    ).with_columns(transferred=pl.lit(False), caused=pl.lit(caused))


def _goes(rng: np.random.Generator, age: Array, reason: Array) -> pl.Series:
    """Where each stay ends."""
    old = age >= 65
    ways = np.array(["home", "died", "against_advice", "skilled_nursing", "home_health", "hospice", "rehabilitation"])
    shares = np.where(old[:, None], (57, 4.2, 0.7, 17, 17, 2.1, 2), (86, 0.9, 2.4, 2, 7.6, 0.3, 0.8))
    shares[(reason == OBSERVATION) | (reason == OBSTETRIC)] = (98, 0, 1, 0, 1, 0, 0)
    return pl.Series(ways[pick(rng, shares)])


def _admissions(rng: np.random.Generator, people: People) -> pl.DataFrame:
    """First admissions: more for older people, much more for some, and for those known to two hospitals."""
    known = np.flatnonzero(people.hospitals[:, 0] >= 0)
    age, two = people.age(known, day("2025-04-01")), people.hospitals[known, 1] >= 0
    rate = np.interp(age, [0, 20, 45, 65, 80], [0.03, 0.06, 0.10, 0.18, 0.24]) * np.where(two, 2.0, 0.8)
    count = rng.poisson(rate * rng.gamma(1.5, 1 / 1.5, len(known)) * 3.1)
    person = np.repeat(known, count)
    admitted = rng.integers(day(START) - 35, day(END) + 1, len(person))
    person, admitted = person[admitted > people.birth[person]], admitted[admitted > people.birth[person]]
    elsewhere = (rng.random(len(person)) < 0.35) & (people.hospitals[person, 1] >= 0)
    return _stays(
        rng,
        people,
        person,
        people.hospitals[person, elsewhere.astype(int)],
        admitted,
        reason=_reasons(rng, people, person, admitted),
        caused=False,
    )


def _reasons(rng: np.random.Generator, people: People, person: Array, admitted: Array) -> Array:
    age = people.age(person, admitted)
    reason = pick(rng, np.array([r[1] for r in REASONS]).T[np.digitize(age, [40, 65])])
    bearing = people.female[person] & (age >= 18) & (age < 43) & (rng.random(len(person)) < 0.58)
    return np.where(bearing, OBSTETRIC, reason)


def _births(people: People) -> pl.DataFrame:
    """The birth stays of children born in the three years at a hospital that knows them."""
    born = born_in_span(people)
    born = born[people.hospitals[born, 0] >= 0]
    admitted = people.birth[born]
    return pl.DataFrame(
        {
            "person": born,
            "hospital": people.hospitals[born, 0],
            "admitted": admitted,
            "discharged": admitted + 2,
        }
    ).with_columns(
        reason=pl.lit(OBSTETRIC, pl.Int64),
        diagnosis=pl.lit("Z38.00"),
        planned=pl.lit(False),
        goes=pl.lit("home"),
        transferred=pl.lit(False),
        caused=pl.lit(False),
    )


def _other_hospital(people: People, person: Array, hospital: Array) -> Array:
    """The person's other hospital, -1 when only one knows the person."""
    first, second = people.hospitals[person].T
    return np.where(second < 0, -1, np.where(hospital == first, second, first))


def _transfers(rng: np.random.Generator, people: People, stays: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Some stays end in another hospital on the same or the next day; one in ten says "home" all the same."""
    person, reason = stays["person"].to_numpy(), stays["reason"].to_numpy()
    other = _other_hospital(people, person, stays["hospital"].to_numpy())
    moves = (other >= 0) & (reason < 2) & (rng.random(len(stays)) < 0.13)
    goes = np.where(rng.random(len(stays)) < 0.9, "transfer_acute", "home")
    admitted = stays["discharged"].to_numpy() + (rng.random(len(stays)) < 0.2)
    second = _stays(rng, people, person[moves], other[moves], admitted[moves], reason=reason[moves], caused=True)
    destination = pl.when(pl.Series(moves)).then(pl.Series(goes)).otherwise("goes")
    return stays.with_columns(goes=destination, transferred=pl.Series(moves)), second


def _returns(rng: np.random.Generator, people: People, stays: pl.DataFrame) -> pl.DataFrame:
    """The stays that these bring about 0 to 30 days after discharge, mostly soon, at the same hospital."""
    stays = stays.filter((pl.col("reason") != OBSERVATION) & ~pl.col("goes").is_in(["died", "hospice"]))
    person, hospital, left, reason = (stays[c].to_numpy() for c in ("person", "hospital", "discharged", "reason"))
    chance = along_each(RETURNS, HOSPITALS, hospital, left) * np.array([r[4] for r in REASONS])[reason]
    chance *= np.interp(people.age(person, left), [18, 45, 75], [0.75, 0.95, 1.12])
    back = (rng.random(len(stays)) < chance) & (left <= day(END))
    person, hospital, left, reason = person[back], hospital[back], left[back], reason[back]
    other = _other_hospital(people, person, hospital)
    moves = (other >= 0) & (rng.random(len(person)) < 0.5)
    wait = np.where(moves, 2, 0) + np.minimum(rng.exponential(10.5, len(person)).astype(int), 28)
    again = np.where((reason == OBSTETRIC) | (rng.random(len(person)) < 0.6), reason, rng.integers(0, 2, len(person)))
    return _stays(rng, people, person, np.where(moves, other, hospital), left + wait, reason=again, caused=True)


def _without_impossible(rng: np.random.Generator, stays: pl.DataFrame, people: int) -> tuple[pl.DataFrame, Array]:
    """Nobody is admitted twice at once (but for the few double entries that real files have) or after death,
    and only stays within the span are there; those not ended by then are open."""
    stays = stays.filter(pl.col("admitted") <= day(END)).sort("person", "admitted", "discharged", maintain_order=True)
    before = pl.col("discharged").cum_max().shift(1).over("person").fill_null(NONE)
    apart = (pl.col("admitted") > before) | (pl.col("caused") & (pl.col("admitted") == before))
    stays = stays.filter(apart | pl.Series(rng.random(len(stays)) < 0.12))
    died = pl.col("discharged").filter(pl.col("goes") == "died").min().over("person")
    stays = stays.filter((pl.col("admitted") <= died).fill_null(True), pl.col("discharged") >= day(START))
    ended = pl.col("discharged") <= day(END)
    dead = stays.filter(ended & (pl.col("goes") == "died"))
    death = none(people)
    death[dead["person"].to_numpy()] = dead["discharged"].to_numpy()
    return stays.with_columns(
        discharged=pl.when(ended).then("discharged").otherwise(NONE),
        goes=pl.when(ended).then("goes").otherwise(pl.lit("still_here")),
    ), death


def stays_file(rng: np.random.Generator, people: People, stays: pl.DataFrame, hospital: int) -> pl.DataFrame:
    """One hospital's stays in the columns of the dataset, in order of discharge. The first hospital has two
    campuses and sends an expected probability; the second sends no procedures; the third does not say what was planned:
    its codes do."""
    mine = stays.filter(pl.col("hospital") == hospital).sort("admitted", "person", maintain_order=True)
    mine = mine.with_columns(stay=pl.int_range(pl.len()) + 100_000 + 7 * hospital)
    name, person = HOSPITALS[hospital], mine["person"].to_numpy()
    expected = _expected(rng, people.age(person, day("2025-04-01")), mine["reason"].to_numpy())
    return mine.select(
        stay_id=name[:2].upper() + pl.col("stay").cast(pl.String),
        patient_id=people.ids(name, person),
        admitted_on=dates(mine["admitted"].to_numpy()),
        discharged_on=dates(mine["discharged"].to_numpy()),
        stay_type=pl.when(pl.col("reason") == OBSERVATION).then(pl.lit("observation")).otherwise(pl.lit("inpatient")),
        hospital=pl.Series(CAMPUSES[person % 2] if hospital == 0 else [None] * len(mine), dtype=pl.String),
        disposition="goes",
        planned=pl.when(hospital == 2).then(None).when("planned").then(pl.lit("yes")).otherwise(pl.lit("no")),
        principal_diagnosis="diagnosis",
        procedures=pl.when(hospital != 1).then(_done(pl.col("diagnosis"))),
        expected_probability=pl.Series(expected if hospital == 0 else [None] * len(mine), dtype=pl.Float64),
    ).sort(pl.coalesce("discharged_on", "admitted_on"), maintain_order=True)


def _done(diagnosis: pl.Expr) -> pl.Expr:
    """The procedures of each stay, blank where nothing was done."""
    in_plan = pl.when("planned").then(diagnosis.replace_strict(DONE_AS_PLANNED, default=None))
    return pl.coalesce(diagnosis.replace_strict(DONE, default=None), in_plan)


def _expected(rng: np.random.Generator, age: Array, reason: Array) -> Array:
    """A hospital's own estimate of the chance of a return."""
    chance = 0.14 * np.array([r[4] for r in REASONS])[reason] * np.interp(age, [18, 45, 75], [0.75, 0.95, 1.12])
    return np.round(np.clip(chance * rng.lognormal(0, 0.25, len(age)), 0.01, 0.6), 3)
