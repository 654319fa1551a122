"""Next year's figure of a place or a group with its 95 % range, and the same foretold for years that are known by now.

From published years of the partnership alone, so never of a person. The forecast is that of targets: a year may move
from the one before as far as years did so far, and both years have their chance. How far they did is learnt from all
places and groups of the measure together: what moves all of them, of which there is one move a year, and what moves
each. It has no trend: three or four years cannot tell one from chance. Whether a measure is foretold at all its own
earlier years decide.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metrics.judging.group_gaps import NO_GROUP, error_of
from metrics.judging.indicator_facts import Situation
from metrics.judging.moved_months import Figure
from metrics.judging.target_met import Forecast, Outlook, next_year, usual_step, wide_error
from metrics.statistics.intervals import Span, wilson

Row = dict[str, Any]
GROUPINGS = ("county_fips", "zip", "race_ethnicity", "language", "age_band", "sex", "payer")
WIDEST = 0.5
"""A range of a rate that is wider tells nothing, and is not given."""
_PROMISED = 0.95
_ORDER: dict[Forecast | None, int] = {"off course": 0, "open": 1, "on course": 2, None: 3}


@dataclass(frozen=True)
class Ahead:
    """A place's or group's year, and the range in which the next is expected. `outlook`: beside the measure's target,
    None without one; `people`: counted in the year; `row`: the published year."""

    indicator: str
    by: str
    category: str
    now: float
    people: int
    expected: Span
    outlook: Forecast | None
    row: Row


@dataclass(frozen=True)
class Tried:
    """Years that were foretold from those before them as if nothing later were known, and how many came as foretold."""

    years: int
    inside: int

    @property
    def holds(self) -> bool:
        """Whether as many came as was promised, or as few less as chance may bring; so it is while none was tried."""
        return not self.years or float(wilson(self.inside, self.years)[1]) >= _PROMISED


def heading(s: Situation, rows: Iterable[Row]) -> list[Ahead]:
    """Of each place and group with a figure in the measure's latest year: those off course first, the others after.
    Of none where such forecasts of earlier years did not hold. `rows`: published years of the partnership by group."""
    rows = list(rows)
    if s.now is None or s.figure is None or not back_test(s, rows).holds:
        return []
    series, end = _series(rows), s.now["period_end"]
    step = _step(s, series, end)
    found = [_ahead(s, by_end[end], step) for by_end in series if end in by_end]
    return sorted((one for one in found if one), key=lambda one: (_ORDER[one.outlook], -one.people))


def back_test(s: Situation, rows: Iterable[Row]) -> Tried:
    """Every year that has two before it, foretold from these and from nothing that was not known by then."""
    if s.figure is None:
        return Tried(0, 0)
    series = _series(rows)
    ends = sorted({end for by_end in series for end in by_end})
    came = [inside for end in ends for inside in _came_as_foretold(s, series, end)]
    return Tried(len(came), sum(came))


def _series(rows: Iterable[Row]) -> list[dict[dt.date, Row]]:
    """The closed years of each place and group that show a figure: last day -> row."""
    found: dict[tuple[str, str], dict[dt.date, Row]] = {}
    for row in rows:
        known = row["stratifier"] in GROUPINGS and row["category"] not in NO_GROUP
        if known and row["closed"] and row["low"] is not None:
            found.setdefault((row["stratifier"], row["category"]), {})[row["period_end"]] = row
    return list(found.values())


def _step(s: Situation, series: Iterable[Mapping[dt.date, Row]], end: dt.date) -> float | None:
    """How far a year moves from the one before: of all places and groups, as far as it was known on the day `end`."""
    known = [
        {day.year: (r["rate"], _wide(s, r)) for day, r in by_end.items() if day <= end and day.month == end.month}
        for by_end in series
    ]
    return usual_step(known, mean=s.indicator.statistic == "mean")


def _ahead(s: Situation, now: Row, step: float | None) -> Ahead | None:
    found = _foretold(s, now, step)
    if found is None:
        return None
    way = 1 if s.indicator.better == "higher" else -1
    outlook = found.forecast(s.target, way) if s.target is not None else None
    low, high = found.span()
    return Ahead(s.indicator.id, now["stratifier"], now["category"], now["rate"], now["denominator"],
                 (now["rate"], low, high), outlook, now)  # fmt: skip


def _came_as_foretold(s: Situation, series: Sequence[Mapping[dt.date, Row]], end: dt.date) -> Iterator[bool]:
    before = _year_before(end)
    step = _step(s, series, before)
    for by_end in series if step is not None else ():  # else it would be tried without what it rests on
        if end in by_end and before in by_end:
            found = _foretold(s, by_end[before], step)
            if found:
                low, high = found.span()
                yield low <= by_end[end]["rate"] <= high


def _year_before(end: dt.date) -> dt.date:
    """The last day of the same month a year before."""
    later = end.replace(year=end.year - 1, day=28) + dt.timedelta(days=4)
    return later - dt.timedelta(days=later.day)


def _foretold(s: Situation, now: Row, step: float | None) -> Outlook | None:
    found = next_year(_part(s, now), now["rate"], error_of(now), now["denominator"], step)
    if found is None or found.mean:
        return found
    low, high = found.span()
    return found if high - low <= WIDEST else None


def _wide(s: Situation, row: Row) -> float:
    return wide_error(_part(s, row), error_of(row), row["denominator"])


def _part(s: Situation, row: Row) -> Figure:
    """The measure's figure with the group's part of what its months scatter beyond chance."""
    assert s.figure
    whole = s.whole["denominator"] if s.whole else None
    part = min(1.0, row["denominator"] / whole) if whole else 1.0
    return replace(s.figure, scatter=s.figure.scatter.part(part) if s.figure.scatter else None)
