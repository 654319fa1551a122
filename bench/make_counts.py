"""The exact counts of a partnership of any size, and the cells that a release would be made of them.

    python bench/make_counts.py [--partners N] [--invented N]

Made-up people, known to one partner each, so that every sum holds. Partners are by turns a food bank (the chain of
food security), a clinic (that and blood pressure) and a hospital (blood pressure, and both readmission figures with
their months); their sizes are log-normal, the smallest food bank's a few dozen people. By five groupings over two
rolling years, and two groupings at once in the newest year. Years hang together little: the time grows with their
number. `--invented`: so many people of the last partner live in ZIP codes that nobody else knows, one in each.
"""

import argparse
import datetime as dt
from statistics import NormalDist

import numpy as np
import polars as pl
from machine import timed  # before all others: it says where Concord lies

from metrics.composing import case_mix
from metrics.composing.release_cells import Counted, release_cells
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION, JOINED, NOT_REPORTED, PLACE
from metrics.counting.tally import SUMS
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP
from metrics.grouping.dimensions import PAIR_RUNGS
from metrics.grouping.ladder import settle
from metrics.grouping.places import Places
from metrics.indicators import indicators
from schemas.policy.result_columns import RESULT_KEY

YEARS, QUARTER = 2, 3
MONTHS = 12 + QUARTER * (YEARS - 1)
FIRST = (2023, 10)
SMALLEST = 11
KINDS = ("food bank", "clinic", "hospital")
MEDIAN_PEOPLE, SPREAD = {"food bank": 2000, "clinic": 6000, "hospital": 20000}, 1.6
PLACES = Places({f"0100{n}": f"2500{n % 2 + 1}" for n in range(9)})
# The groups, the largest first, and how unequal they are: each is that many times as large as the next.
GROUPINGS = {
    "sex": (("female", "male"), 1.1),
    "race_ethnicity": (("white", "hispanic", "black", "asian", "not_reported", "more_than_one", "declined", "unknown",
                        "middle_eastern_north_african", "american_indian_alaska_native", "other",
                        "pacific_islander"), 1.5),
    "language": (("english", "spanish", "not_reported", "chinese", "vietnamese", "portuguese", "haitian_creole",
                  "arabic", "russian", "declined", "other", "korean", "somali", "french", "tagalog", "hmong", "nepali",
                  "swahili"), 1.5),
    PLACE: (tuple(f"{place}/{county}" for place, county in PLACES.counties.items()), 1.3),
    "age_band": (("40-64", "18-39", "65-74", "75+", "0-17"), 1.3),
}  # fmt: skip
_COUNTS = [pl.len().cast(pl.Int64).alias("denominator"), pl.col("met").cast(pl.Int64).sum().alias("numerator")]


def make_cells(partners: int, elsewhere: int = 0, *, invented: bool = False) -> pl.DataFrame:
    """What `metrics.disclosure.suppression` hides in, by the ladder of these counts: `release_cells`, counts_only."""
    counted = make_counts(partners, elsewhere, invented=invented)
    families = {i.id: i.measure for i in indicators().values()}
    ladder = settle(counted.everyone(), families, MONTHS_ADD_UP, PLACES, SMALLEST)
    cells = release_cells(counted, ladder, families, PLACES, MONTHS_ADD_UP)
    mixes = case_mix.mixes(counted, ladder, families, SMALLEST)
    newest = mixes.filter(pl.col("period_end") == pl.col("period_end").max())
    cells = pl.concat([cells, newest])
    return cells.with_columns(counts_only=pl.lit(False)).sort([*RESULT_KEY, "rung"])


def make_counts(partners: int, elsewhere: int = 0, *, invented: bool = False, seed: int = 1) -> Counted:
    """Counts of partners and their sums by the finest groups. Of so many people of the last partner the place is not
    reported, or `invented`: one of its own for each."""
    chance = np.random.default_rng(seed)
    everyone = _people(chance, partners).with_row_index("person")
    own = pl.concat_str(pl.lit("9"), pl.col("person").cast(pl.String).str.zfill(7), pl.lit("/99999"))
    place = own if invented else pl.lit(NOT_REPORTED)
    everyone = everyone.with_columns(
        pl.when(pl.col("person") >= len(everyone) - elsewhere).then(place).otherwise(PLACE).alias(PLACE)
    ).drop("person")
    of = {kind: everyone.filter(pl.col("kind") == kind).drop("kind") for kind in KINDS}
    seen = pl.concat([of["clinic"], of["hospital"]])
    cells = [
        *_by_year(seen.filter(pl.Series(chance.random(len(seen)) < 0.3)), "bp_control", 0.62, chance),
        *_readmission(of["hospital"], chance),
        *_food(pl.concat([of["food bank"], of["clinic"]]), chance),
    ]
    more = [pl.lit(None, pl.Int64).alias(c) for c in SUMS if c not in ("denominator", "numerator")]
    own = pl.concat(cells).with_columns(more).select(*RESULT_KEY, *SUMS)
    return Counted(own, own.clear())


def _people(chance: np.random.Generator, partners: int) -> pl.DataFrame:
    """A row for each person: scope (the partner), its kind, and a group of each grouping, of which each has its mix."""
    found = []
    for n in range(partners):  # the quantiles themselves, so that a larger partnership differs in nothing else
        kind = KINDS[n % len(KINDS)]
        size = int(MEDIAN_PEOPLE[kind] * np.exp(SPREAD * NormalDist().inv_cdf((n + 0.5) / partners)))
        groups = {
            name: chance.choice(np.array(those), size, p=_mix(chance, len(those), ratio))
            for name, (those, ratio) in GROUPINGS.items()
        }
        found.append(pl.DataFrame({"scope": [f"partner_{n:02}"] * size, "kind": [kind] * size, **groups}))
    return pl.concat(found)


def _mix(chance: np.random.Generator, count: int, ratio: float) -> np.ndarray:
    share = chance.gamma(3, size=count) * ratio ** -np.arange(count)
    return share / share.sum()


def _period(first: int, months: int) -> dict[str, object]:
    """The period of so many months that begins in this month (0: the first)."""
    ends = _day(first + months) - dt.timedelta(days=1)
    return {"period_kind": "month" if months == 1 else "year", "period_start": _day(first), "period_end": ends}


def _day(month: int) -> dt.date:
    months = FIRST[1] - 1 + month
    return dt.date(FIRST[0] + months // 12, months % 12 + 1, 1)


def _cells(indicator: str, units: pl.DataFrame, first: int, months: int = 12) -> list[pl.DataFrame]:
    """The cells of an indicator in a period, of units with `met`: of partners and the partnership, by group in years."""
    both = pl.concat([units, units.with_columns(scope=pl.lit(PARTNERSHIP))])
    found = [_grouped(both, ALL, pl.lit(ALL))]
    if months == 12:
        found += [_grouped(both, name, pl.col(name)) for name in GROUPINGS]
        if first == QUARTER * (YEARS - 1):
            found += [_grouped(both, pair, pl.concat_str(*pair.split(JOINED), separator=JOINED)) for pair in PAIR_RUNGS]
    return [_placed(cells, indicator, first, months) for cells in found]


def _grouped(units: pl.DataFrame, stratifier: str, category: pl.Expr) -> pl.DataFrame:
    cells = units.group_by("scope", category=category).agg(_COUNTS)
    return cells.with_columns(stratifier=pl.lit(stratifier))


def _placed(cells: pl.DataFrame, indicator: str, first: int, months: int) -> pl.DataFrame:
    at = {name: pl.lit(value) for name, value in _period(first, months).items()}
    return cells.with_columns(indicator=pl.lit(indicator), **at).select(*RESULT_KEY, "denominator", "numerator")


def _by_year(people: pl.DataFrame, indicator: str, rate: float, chance: np.random.Generator) -> list[pl.DataFrame]:
    """An indicator that counts people once a year; one in twenty changes from a quarter to the next."""
    found, draw = [], chance.random(len(people))
    for year in range(YEARS):
        again = chance.random(len(people)) < 0.05
        draw = np.where(again, chance.random(len(people)), draw)
        found += _cells(indicator, people.with_columns(met=pl.Series(draw < rate)), QUARTER * year)
    return found


def _readmission(people: pl.DataFrame, chance: np.random.Generator) -> list[pl.DataFrame]:
    """Stays on days of one month each, so that a year is the sum of its months."""
    stays = people[chance.integers(len(people), size=len(people) // 2)]
    drawn = chance.random(len(stays))
    stays = stays.with_columns(month=pl.Series(chance.integers(MONTHS, size=len(stays))))
    found = []
    for indicator, rate in (("readmission_any_hospital", 0.15), ("readmission_same_hospital", 0.11)):
        units = stays.with_columns(met=pl.Series(drawn < rate))
        for month in range(MONTHS):
            found += _cells(indicator, units.filter(pl.col("month") == month), month, 1)
        for first in range(0, QUARTER * YEARS, QUARTER):
            found += _cells(indicator, units.filter(pl.col("month").is_between(first, first + 11)), first)
    return found


def _food(people: pl.DataFrame, chance: np.random.Generator) -> list[pl.DataFrame]:
    """Screened, of whom most completely; of those some insecure; of those some connected to help."""
    found = []
    for first in range(0, QUARTER * YEARS, QUARTER):
        drawn = pl.DataFrame(chance.random((len(people), 4)), schema=["a", "b", "c", "d"])
        units = pl.concat([people, drawn], how="horizontal").with_columns(met=pl.col("a") < 0.4)
        found += _cells("food_screening", units, first)
        screened = units.filter("met")
        blank = screened.filter(pl.col("b") < 0.06)
        left_out = _grouped(
            pl.concat([blank, blank.with_columns(scope=pl.lit(PARTNERSHIP))]), EXCLUSION, pl.lit("incomplete")
        )
        left_out = left_out.with_columns(numerator=pl.lit(None, pl.Int64))
        found.append(_placed(left_out, "food_insecurity", first, 12))
        complete = screened.filter(pl.col("b") >= 0.06).with_columns(met=pl.col("c") < 0.2)
        found += _cells("food_insecurity", complete, first)
        insecure = complete.filter("met").with_columns(met=pl.col("d") < 0.5)
        found += _cells("connected_to_help", insecure, first)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=8)
    parser.add_argument("--invented", type=int, default=0)
    asked = parser.parse_args()
    made: list[pl.DataFrame] = []
    seconds = timed(lambda: made.append(make_cells(asked.partners, asked.invented, invented=True)))
    print(f"{made[0].height:,} cells of {asked.partners} partners, made in {seconds:.1f} s")


if __name__ == "__main__":
    main()
