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

DEMO_SETTINGS = """\
# The demo partnership. Everything in it is made up.
name = "Kestrel Valley Health Partnership"
demo = true
today = 2026-10-20

[targets]
readmission_any_hospital = 0.14
readmission_same_hospital = 0.115
bp_control = 0.70
food_insecurity = 0.20
food_screening = 0.60
connected_to_help = 0.65

[target_dates]
readmission_any_hospital = 2027-12-31
readmission_same_hospital = 2027-12-31
bp_control = 2027-12-31
food_insecurity = 2028-12-31
food_screening = 2026-12-31
connected_to_help = 2027-12-31

[owners]
readmission_any_hospital = "Dr. Lena Ortiz"
bp_control = "Millrace nurse lead"
food_screening = "Sam Whitley"
connected_to_help = "Pantry outreach lead"
food_insecurity = "County food council"

[plans]
readmission_any_hospital = "A call within two days of going home"
bp_control = "Home cuffs, nurse visits"
food_screening = "Screening joins the check-in form"
connected_to_help = "Spanish-speaking helpers at both pantries"

[policy]
smallest_cell = 11
unreliable_below = 30
zip_digits = 5
leaders_record = true

[[maps]]
by = "zip"
file = "zip_areas.geojson"
property = "zip"

[calendar]
every = "quarter"
due_days = 15

[[gaps]]
indicator = "connected_to_help"
by = "language"
groups = ["english", "spanish"]

[[values]]
indicator = "bp_control"
result = "a person newly controlled"
low = 150
central = 400
high = 900
source = "Made up for this demo: ask the health plan's actuary"
year = 2025
benefits = "Health plans, and the people themselves"

[[values]]
indicator = "readmission_same_hospital"
result = "a readmission avoided"
low = 9000
central = 15000
high = 18000
source = "Made up for this demo: ask the hospitals' finance staff"
year = 2025
benefits = "Health plans, and hospitals that pay penalties"

[[targets_for]]
indicator = "bp_control"
by = "race_ethnicity"
group = "black"
target = 0.65
start = 2025-06-30
until = 2027-12-31
owner = "Millrace nurse lead"

[[targets_for]]
indicator = "bp_control"
partner = "fenwick_flats"
target = 0.68
start = 2025-06-30
until = 2027-12-31
owner = "Fenwick Flats care team"

[[targets_for]]
indicator = "connected_to_help"
by = "language"
group = "spanish"
beside = "english"
target = 0.03
start = 2025-06-30
until = 2026-12-31
owner = "Pantry outreach lead"

[[partners]]
id = "kestrel_valley"
name = "Kestrel Valley Medical Center"
hospitals = ["North campus", "South campus"]
named = true
kind = "hospital"
sends = ["patients", "hospital_stays"]

[[partners]]
id = "aldermoor"
name = "Aldermoor Hospital"
kind = "hospital"
date_order = "mdy"
sends = ["patients", "hospital_stays"]

[[partners]]
id = "st_oswin"
name = "St. Oswin Hospital"
named = true
kind = "hospital"
sends = ["patients", "hospital_stays"]

[[partners]]
id = "millrace"
name = "Millrace Community Health"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security"]

[[partners]]
id = "juniper_row"
name = "Juniper Row Health Center"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security"]

[[partners]]
id = "fenwick_flats"
name = "Fenwick Flats Family Clinic"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security"]

[[partners]]
id = "good_furrow"
name = "Good Furrow Pantry"
kind = "food_bank"
sends = ["patients", "food_security"]

[[partners]]
id = "larkfield"
name = "Larkfield Food Bank"
named = true
kind = "food_bank"
sends = ["indicator_counts"]
"""


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
