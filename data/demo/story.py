"""What the made-up partnership is like: its partners, how each writes its files, and how each figure goes.

Nothing here is real: no place, organization or person. The courses below are the story that the demo tells;
`tests/data/demo` checks what shows of it in a small demo, and ten statements on a larger one.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]
Course = tuple[tuple[str, float], ...]

START, END = dt.date(2023, 7, 1), dt.date(2026, 9, 30)
EXTRACTED = dt.date(2026, 10, 12)
"""The day on which the last files were made: nothing later is known."""

HOSPITALS = ("kestrel_valley", "aldermoor", "st_oswin")
CLINICS = ("millrace", "juniper_row", "fenwick_flats")
PANTRY = "good_furrow"
COUNTS_ONLY = "larkfield"
LATE = "fenwick_flats"


@dataclass(frozen=True)
class Habit:
    """How a partner writes: its ids, its words, its race standard, its dialect of CSV."""

    prefix: str = ""
    digits: int = 8
    style: Literal["word", "label", "code"] = "word"
    race_standard: Literal["spd15", "omb1997"] = "spd15"
    separator: str = ","
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"] = "utf-8"
    date_format: str = "%Y-%m-%d"
    own_words: dict[str, dict[str, str]] = field(default_factory=dict, hash=False)


PLAIN_ANSWERS = {"A": "sometimes true", "N": "never true", "D": "don't know"}
HABITS = {
    "kestrel_valley": Habit(digits=8),
    "aldermoor": Habit(prefix="A", digits=7, style="code", race_standard="omb1997", date_format="%m/%d/%Y"),
    "st_oswin": Habit(prefix="SO-", digits=6, style="label", race_standard="omb1997", separator=";"),
    "millrace": Habit(prefix="MR", digits=6, style="code", encoding="utf-8-sig"),
    "juniper_row": Habit(
        digits=6,
        race_standard="omb1997",
        encoding="cp1252",
        own_words={"language": {"spanish": "español"}, "screen_answer": PLAIN_ANSWERS | {"D": "don’t know"}},
    ),
    "fenwick_flats": Habit(prefix="F-", digits=5),
    "good_furrow": Habit(prefix="H", digits=5, style="label"),
    "larkfield": Habit(),
}

# Share of people with essential hypertension and a reading whose pressure is controlled. Millrace changed its
# care in spring 2025 (home cuffs, nurse visits); Fenwick Flats called people back in summer 2026.
BP_CONTROL: dict[str, Course] = {
    "millrace": (("2025-04-10", 0.590), ("2025-12-31", 0.672), ("2026-09-30", 0.682)),
    "juniper_row": (("2023-10-01", 0.618), ("2026-09-30", 0.632)),
    "fenwick_flats": (("2023-10-01", 0.608), ("2026-06-30", 0.614), ("2026-07-20", 0.672)),
}
RACE_GAP: Course = (("2025-03-01", 0.03), ("2025-10-01", 0.14))
"""How far the control of Black and Hispanic people lies below that of White people: the home cuffs reach White people
first, so this gap widens."""

# Chance that a live discharge is followed by a stay brought about by it; chance returns come on top.
RETURNS: dict[str, Course] = {
    "kestrel_valley": (("2023-10-01", 0.120), ("2026-09-30", 0.116)),
    "aldermoor": (("2025-12-25", 0.118), ("2026-01-01", 0.190)),
    "st_oswin": (("2023-10-01", 0.124), ("2026-09-30", 0.118)),
}

# Chance that a visit includes a food screen; share of complete screens that are positive; share helped.
SCREENED: dict[str, Course] = {
    "millrace": (("2024-02-01", 0.115), ("2026-09-30", 0.74)),
    "juniper_row": (("2024-02-01", 0.09), ("2026-09-30", 0.52)),
    "fenwick_flats": (("2024-02-01", 0.10), ("2026-09-30", 0.54)),
}
FOOD_INSECURE = {"millrace": 0.248, "juniper_row": 0.22, "fenwick_flats": 0.255, "good_furrow": 0.45, "larkfield": 0.49}
"""It stays as it is: more need in winter comes back every year, and is no change."""
HELPED: dict[str, Course] = {
    "millrace": (("2024-02-01", 0.38), ("2026-06-30", 0.68)),
    "juniper_row": (("2024-02-01", 0.25), ("2026-06-30", 0.34)),
    "fenwick_flats": (("2024-02-01", 0.38), ("2026-06-30", 0.65)),
    "good_furrow": (("2024-02-01", 0.54), ("2026-06-30", 0.74)),
    "larkfield": (("2024-02-01", 0.52), ("2026-06-30", 0.68)),
}

# What follows a positive screen at a clinic. Good Furrow and Millrace agreed in September 2025 that the pantry calls
# within two days: from then on Millrace's referrals are answered, and help is fetched, sooner.
REFERRED_FROM, PRESCRIBED_FROM = dt.date(2024, 7, 1), dt.date(2024, 4, 1)
"""Before these days nobody was referred, or given a produce prescription."""
REFERRED: Course = (("2024-07-01", 0.90), ("2026-06-30", 0.94))
"""Share of people in need for whom a referral is sent."""
ANSWER_DAYS: dict[str, Course] = {
    "millrace": (("2025-08-25", 7.5), ("2025-11-01", 2.2)),
    "juniper_row": (("2023-10-01", 7.8), ("2026-09-30", 7.0)),
    "fenwick_flats": (("2023-10-01", 7.2), ("2026-09-30", 6.6)),
}
"""Mean days until a referral is accepted."""
FETCH_DAYS: dict[str, Course] = {
    "millrace": (("2025-08-25", 24.0), ("2025-11-01", 8.0)),
    "juniper_row": (("2023-10-01", 25.0), ("2026-09-30", 22.0)),
    "fenwick_flats": (("2023-10-01", 25.0), ("2026-09-30", 22.0)),
}
"""Mean days from the help that is arranged to the first food."""
TOLD_BACK: dict[str, Course] = {
    "millrace": (("2025-08-25", 0.62), ("2025-11-01", 0.90)),
    "juniper_row": (("2023-10-01", 0.58), ("2026-09-30", 0.64)),
    "fenwick_flats": (("2023-10-01", 0.55), ("2026-09-30", 0.60)),
}
"""Share of the ends that the sender hears of."""
ASKED_AGAIN: dict[str, Course] = {
    "millrace": (("2024-09-01", 0.42), ("2024-10-01", 0.0)),
    "good_furrow": (("2024-07-01", 0.72),),
}
"""Share of those referred (of the pantry: to it) who are asked again within a year for that reason alone. Millrace
called the first of them, and then left it to its visits."""
STILL_IN_NEED = 0.46
"""Share of them who are food insecure still."""
PRESCRIBED = 0.85
"""Share of people in need to whom Millrace gives a produce prescription, once."""
REDEEMED: Course = (("2024-04-01", 0.70), ("2026-06-30", 0.84))
"""Mean share redeemed of a produce prescription."""

LANGUAGE_GAP: Course = (("2025-03-01", 0.20), ("2025-08-01", 0.01))
"""How far fewer people who do not speak English are helped: with interpreters, this gap all but closes."""


def day(date: dt.date | str) -> int:
    """Days since 1970, the form in which the demo reckons."""
    return (dt.date.fromisoformat(str(date)) - dt.date(1970, 1, 1)).days


NONE = day("1850-01-01")
"""The day that stands for "no date" in arrays of days."""


def dates(days: Array) -> pl.Series:
    """A date column from days since 1970; `NONE` becomes null."""
    return pl.Series(days.astype(np.int32)).set(pl.Series(days == NONE), None).cast(pl.Date)


def along(course: Course, days: Array) -> Array:
    """The value of a course on each of these days, straight between its points and flat outside them."""
    return np.interp(days, [day(at) for at, _ in course], [value for _, value in course])


def along_each(courses: dict[str, Course], names: tuple[str, ...], which: Array, days: Array) -> Array:
    """As `along`, the course of `names[which]` in each place."""
    return np.select([which == i for i in range(len(names))], [along(courses[name], days) for name in names])


def pick(rng: np.random.Generator, weights: Array) -> Array:
    """One column index for each row of `weights` (rows need not sum to one)."""
    totals = np.cumsum(weights, axis=1)
    columns: Array = (rng.random(len(weights))[:, None] * totals[:, -1:] >= totals).sum(axis=1)
    return columns


_Z = np.linspace(-4, 4, 801)
_BELOW = np.array([0.5 * (1 + float(x)) for x in np.tanh(_Z * 0.7978845608 * (1 + 0.044715 * _Z**2))])


def normal_quantile(share: Array) -> Array:
    """The value below which this share of a standard normal lies (to 0.001, without scipy)."""
    return np.interp(share, _BELOW, _Z)
