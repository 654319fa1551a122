"""The people of the demo: who they are, which partners know them under which id."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.story import CLINICS, END, HABITS, HOSPITALS, NONE, PANTRY, START, Array, day, pick

# Share of people, and the number of clinics, hospitals and pantries that know them.
# fmt: off
KINDS = np.array([
    (.30, 1, 0, 0), (.29, 0, 1, 0), (.04, 0, 0, 1), (.21, 1, 1, 0), (.03, 1, 0, 1),
    (.02, 0, 1, 1), (.02, 1, 1, 1), (.04, 0, 2, 0), (.04, 1, 2, 0), (.01, 2, 0, 0),
])
# fmt: on
RACES = np.array(
    [
        "white",
        "black",
        "hispanic",
        "asian",
        "middle_eastern_north_african",
        "american_indian_alaska_native",
        "pacific_islander",
        "",
    ]
)
# ZIP code (only looks real), county (no such code), share; weights of the races, clinics, hospitals.
# fmt: off
PLACES = (
    ("01211", "25901", 19, (40, 26, 22, 7, 1.5, .6, .4), (60, 25, 15), (55, 30, 15)),
    ("01216", "25901", 17, (50, 17, 20, 7, 1.5, .6, .3), (55, 25, 20), (50, 30, 20)),
    ("01231", "25901", 13, (34, 28, 28, 5, 1.5, .8, .4), (50, 20, 30), (45, 35, 20)),
    ("01248", "25903", 15, (48, 18, 24, 5, 1.5, .8, .4), (40, 40, 20), (30, 50, 20)),
    ("01272", "25903", 14, (55, 15, 18, 6, 1.2, .8, .3), (35, 40, 25), (25, 50, 25)),
    ("12111", "36905", 12, (60, 14, 15, 5, 1.0, 1.2, .4), (30, 40, 30), (25, 30, 45)),
    ("12115", "36905", 9, (68, 9, 12, 4, 1.0, 2.0, .4), (30, 35, 35), (20, 30, 50)),
    ("12119", "36905", 1, (80, 5, 8, 2, .5, 2.5, .2), (20, 30, 50), (15, 25, 60)),
)
# fmt: on
SPOKEN = {  # languages of a race beside English, with their shares
    "hispanic": (("spanish", 0.46), ("portuguese", 0.03)),
    "asian": (("chinese", 0.22), ("vietnamese", 0.12), ("nepali", 0.05), ("tagalog", 0.04), ("korean", 0.02)),
    "black": (("haitian_creole", 0.07), ("somali", 0.04), ("french", 0.02), ("swahili", 0.01)),
    "middle_eastern_north_african": (("arabic", 0.45),),
    "white": (("portuguese", 0.02), ("russian", 0.015), ("sign_language", 0.002)),
}
PAYERS = np.array(["commercial", "medicaid", "medicare", "dual", "uninsured", "government", "other"])
PAYERS_OF_AGE = np.array([(36, 56, 0, 0, 4, 3, 1), (40, 38, 2, 2, 12, 4, 2), (8, 2, 68, 19, 1, 2, 0)])
# People who turn 18, 66, 81 and 86 on the last day of a rolling year, and those one day younger.
# fmt: off
EDGES = (
    "2006-09-30", "2006-10-01", "1958-09-30", "1958-10-01", "1943-09-30", "1943-10-01", "1938-09-30",
    "1938-10-01", "2008-09-30", "2008-10-01", "1960-09-30", "1960-10-01", "1945-09-30", "1945-10-01",
    "1940-09-30", "1940-10-01",
)
# fmt: on


@dataclass(frozen=True)
class People:
    """Everyone, by position. `clinics` and `hospitals` hold up to two partner numbers each, -1 for none;
    `numbers` the number under which a partner knows the person, -1 when it does not."""

    birth: Array
    female: Array
    race: Array
    race_too: Array
    place: Array
    language: Array
    payer: Array
    token: Array
    clinics: Array
    hospitals: Array
    numbers: dict[str, Array]

    def at(self, partner_id: str) -> Array:
        """The people whom this partner knows."""
        return np.flatnonzero(self.numbers[partner_id] >= 0)

    def age(self, persons: Array, days: Array | int) -> Array:
        """Age in years (with decimals) of these people on these days."""
        years: Array = (days - self.birth[persons]) / 365.25
        return years

    def ids(self, partner_id: str, persons: Array) -> pl.Series:
        """The partner's own ids of these people: text of fixed width."""
        habit = HABITS[partner_id]
        numbers = pl.Series(self.numbers[partner_id][persons]).cast(pl.String)
        return habit.prefix + numbers.str.zfill(habit.digits)


def make_people(rng: np.random.Generator, people: int) -> People:
    """`people` persons, each known to at least one partner."""
    kind = KINDS[rng.choice(len(KINDS), people, p=KINDS[:, 0]), 1:].astype(int)
    place = rng.choice(len(PLACES), people, p=np.array([p[2] for p in PLACES]) / 100)
    clinics = _two_of_three(rng, np.array([p[4] for p in PLACES])[place], kind[:, 0])
    hospitals = _two_of_three(rng, np.array([p[5] for p in PLACES])[place], kind[:, 1])
    birth = _births(rng, kind)
    race = pick(rng, np.array([p[3] for p in PLACES])[place])
    return People(
        birth,
        rng.random(people) < 0.54,
        race,
        _second_race(rng, race),
        place,
        _languages(rng, race),
        _payers(rng, birth),
        _tokens(rng, people),
        clinics,
        hospitals,
        _numbers(rng, clinics, hospitals, kind[:, 2]),
    )


def _two_of_three(rng: np.random.Generator, weights: Array, count: Array) -> Array:
    """Up to two different partner numbers for each person."""
    first = pick(rng, weights)
    second = (first + rng.integers(1, 3, len(first))) % 3
    return np.stack([np.where(count > 0, first, -1), np.where(count > 1, second, -1)], axis=1)


def _births(rng: np.random.Generator, kind: Array) -> Array:
    """Days of birth: hospitals know older people, the pantry and the clinics more children."""
    n, hospital = len(kind), kind[:, 1] > 0
    adult = 18 + 76 * np.where(hospital, rng.beta(1.9, 1.5, n), rng.beta(1.35, 1.6, n))
    child = rng.random(n) < np.where(kind[:, 2] > 0, 0.20, np.where(hospital, 0.04, 0.13))
    age = np.where(child, 18 * rng.random(n), adult)
    birth: Array = np.minimum(day("2025-04-01") - (age * 365.25).astype(int), day("2026-06-30"))
    birth[rng.random(n) < 0.006] += 540
    birth = np.minimum(birth, day("2026-08-31"))
    at_clinic = np.flatnonzero(kind[:, 0] > 0)[: len(EDGES)]
    birth[at_clinic] = [day(edge) for edge in EDGES[: len(at_clinic)]]
    return birth


def _second_race(rng: np.random.Generator, race: Array) -> Array:
    """A second race for a few; 7 is none."""
    second = rng.choice([0, 0, 0, 1, 3, 5], len(race))
    return np.where((rng.random(len(race)) < 0.035) & (second != race), second, 7)


def _languages(rng: np.random.Generator, race: Array) -> Array:
    language = np.full(len(race), "english", dtype=object)
    lot = rng.random(len(race))
    for name, spoken in SPOKEN.items():
        mine, above = RACES[race] == name, 0.0
        for word, share in spoken:
            language[mine & (lot >= above) & (lot < above + share)] = word
            above += share
    return language


def _payers(rng: np.random.Generator, birth: Array) -> Array:
    age = (day("2026-01-01") - birth) / 365.25
    return PAYERS[pick(rng, PAYERS_OF_AGE[np.digitize(age, [18, 65])])]


def _tokens(rng: np.random.Generator, people: int) -> Array:
    """A token each, never the same twice (an odd factor permutes the 28-bit numbers); a few have none."""
    scrambled = (np.arange(people) * 2654435761 + int(rng.integers(2**28))) % 2**28
    tokens = np.array([f"T{number:07X}" for number in scrambled], dtype=object)
    tokens[rng.random(people) < 0.03] = None
    return tokens


def _numbers(rng: np.random.Generator, clinics: Array, hospitals: Array, pantry: Array) -> dict[str, Array]:
    known = {name: (clinics == i).any(axis=1) for i, name in enumerate(CLINICS)}
    known |= {name: (hospitals == i).any(axis=1) for i, name in enumerate(HOSPITALS)}
    known[PANTRY] = pantry > 0
    numbers = {}
    for name, mine in known.items():
        numbers[name] = np.full(len(pantry), -1)
        numbers[name][mine] = 17 + rng.permutation(int(1.2 * mine.sum()) + 1)[: mine.sum()]
    return numbers


def born_in_span(people: People) -> Array:
    """The people born within the three years."""
    return np.flatnonzero((people.birth >= day(START)) & (people.birth <= day(END)))


def none(count: int) -> Array:
    """Days that stand for "no date"."""
    return np.full(count, NONE)
