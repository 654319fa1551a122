"""The figures of a release that other systems can be given: proportions of a closed year, as everyone may see them.

They come by the one road of all figures and are only put in order here: nothing is added up, nothing worked out.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

import polars as pl

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, AT_EACH, EXCLUSION, JOINED, category_label, stratum_title
from schemas.policy.viewer import EVERYONE
from workflow import reading

Told = Literal["shown", "masked", "unknown"]
NO_MEAN = "it is a mean and has no numerator; what is exported are proportions"
NO_YEAR = "it has no closed year yet"
HIDDEN = "hidden to protect privacy"
WITHOUT: tuple[tuple[str, str], ...] = (
    ("Months, quarters, three years and years that are not closed", "the official figure is the closed year"),
    ("Groups by two groupings at once", "the release's own edition holds them"),
    ("Counts of people left out, by reason", "the denominator is counted after them, and no sum of both is published"),
    ("Individual reports", "they are of one person each; the release shows counts of groups"),
)  # fmt: skip
"""What no export holds, whatever was asked, and why."""


@dataclass(frozen=True)
class Cell:
    """The counts of one row of the release, as it shows them: none of them unless `told` is "shown"."""

    denominator: int | None
    numerator: int | None
    rate: float | None
    told: Told


@dataclass(frozen=True)
class Group:
    """A group of people: the release's word for it, its label, and its cell."""

    category: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class Grouping:
    """How people are grouped: the release's word, its title, and the groups."""

    stratifier: str
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Proportion:
    """A measure of the partnership or of one partner in one year, with its groups."""

    indicator: Indicator
    version: str
    scope: str
    start: dt.date
    end: dt.date
    provisional: bool
    everyone: Cell
    groupings: tuple[Grouping, ...]


@dataclass(frozen=True)
class LeftOut:
    """What an export does not hold, and why. `indicator` and `scope` are blank where it is so of all."""

    indicator: str
    scope: str
    what: str
    why: str


@dataclass(frozen=True)
class Figures:
    """What is exported: the release, whose it is (`names`: scope -> name) and the proportions.

    Partners that do not agree to be named are there by their letter, in ids too."""

    release: int
    made_at: dt.datetime
    partnership: str
    names: Mapping[str, str]
    proportions: tuple[Proportion, ...]
    left_out: tuple[LeftOut, ...]

    def definitions(self) -> list[tuple[Indicator, str]]:
        """Each measure once, with its version in the release."""
        return list({p.indicator.id: (p.indicator, p.version) for p in self.proportions}.values())


def read(store: Store, measures: Sequence[str] = (), ending: dt.date | None = None) -> Figures:
    """The proportions of the current release: of each measure, or of those named, the newest closed year, or the one
    that ends on a day.

    Raises NotPossible, with what to do: before the first release, and for a measure or a year that it does not hold,
    or that is no proportion.
    """
    release = reading.current_release(store)
    if release is None:
        raise NotPossible("there is no release yet. `concord release` makes one")
    known, rows = reading.read_definitions(store), _closed_years(store)
    _refuse_unknown(measures, known, set(rows["indicator"]), ending)
    found: list[Proportion] = []
    left_out = [LeftOut("", "", what, why) for what, why in WITHOUT]
    for one in (known[m] for m in known if not measures or m in measures):
        mine = rows.filter(pl.col("indicator") == one.id)
        of_year = mine.filter(pl.col("period_end") == (ending or pl.col("period_end").max()))
        if why := _why_not(one, mine, of_year, ending):
            left_out.append(LeftOut(one.id, "", one.title, why))
        else:
            found += _of_year(one, of_year)
    if not found:
        ends = ", ".join(str(day) for day in rows["period_end"].unique().sort().to_list())
        raise NotPossible(f"there is nothing to export: the closed years end on {ends or 'no day yet'}")
    naming, name = reading.read_naming_of_release(store, EVERYONE), reading.read_settings_of_release(store).name
    names = {PARTNERSHIP: name, **naming.names}
    return Figures(release.number, release.made_at, name, names, tuple(found), tuple(left_out))


def _closed_years(store: Store) -> pl.DataFrame:
    """Totals of everyone, and groups by one grouping, as everyone sees them."""
    stratifier = pl.col("stratifier")
    apart = stratifier.is_in([AT_EACH, EXCLUSION]) | stratifier.str.contains(JOINED, literal=True)
    return reading.read_results(store, EVERYONE, period_kind="year").filter("closed", ~apart)


def _refuse_unknown(
    measures: Sequence[str], known: Mapping[str, Indicator], held: set[str], ending: dt.date | None
) -> None:
    for asked in measures:
        if asked not in known:
            raise NotPossible(f"no measure is called {asked!r}; the release holds: {', '.join(known)}")
        if known[asked].statistic != "rate":
            raise NotPossible(f"{asked} cannot be exported: {NO_MEAN}")
        if asked not in held and ending is None:
            raise NotPossible(f"{asked} cannot be exported: {NO_YEAR}")


def _why_not(indicator: Indicator, rows: pl.DataFrame, of_year: pl.DataFrame, ending: dt.date | None) -> str:
    """Why a measure is left out; empty when it is not."""
    if indicator.statistic != "rate":
        return NO_MEAN
    if rows.is_empty():
        return NO_YEAR
    return f"it has no closed year that ends on {ending}" if of_year.is_empty() else ""


def _of_year(indicator: Indicator, rows: pl.DataFrame) -> Iterator[Proportion]:
    """The partnership first, then each partner. Without a row for everyone there is nothing to hang groups on."""
    by_scope = rows.sort(pl.col("scope") != PARTNERSHIP, "scope", "stratifier", "category").to_dicts()
    for scope, some in groupby(by_scope, key=itemgetter("scope")):
        mine = list(some)
        everyone = next((row for row in mine if row["stratifier"] == ALL), None)
        if everyone is None:
            continue
        yield Proportion(
            indicator, everyone["version"], scope, everyone["period_start"], everyone["period_end"],
            everyone["provisional"], _cell(everyone), tuple(_groupings(indicator, mine)),
        )  # fmt: skip


def _groupings(indicator: Indicator, rows: list[dict[str, Any]]) -> Iterator[Grouping]:
    for stratifier, some in groupby((r for r in rows if r["stratifier"] != ALL), key=itemgetter("stratifier")):
        groups = (Group(r["category"], category_label(stratifier, r["category"]), _cell(r)) for r in some)
        yield Grouping(stratifier, stratum_title(stratifier, indicator.own_strata), tuple(groups))


def _cell(row: dict[str, Any]) -> Cell:
    if row["suppressed"]:
        return Cell(None, None, None, "masked")
    if row["denominator"] is None or row["numerator"] is None:
        return Cell(None, None, None, "unknown")
    return Cell(row["denominator"], row["numerator"], row["rate"], "shown")
