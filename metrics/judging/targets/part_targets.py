"""How the figure of one partner or one group stands to a target of its own, from published rows alone.

A gap's target is held against the gap, and counts as met only if the group itself did no worse than where it started:
else it could be met by the other group's getting worse.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from metrics.judging.group_gaps import error_of
from metrics.judging.indicator_facts import Situation, years_between
from metrics.judging.moved_months import Figure
from metrics.judging.target_met import TargetTest, stands, target_test, wide_error
from metrics.statistics.intervals import Z95, Span
from schemas.policy.targets.target_for import TargetFor

Row = dict[str, Any]
Missing = Literal["", "hidden", "no figure"]


@dataclass(frozen=True)
class Progress:
    """A target with what may be said of it. `then`, `now`: the figure (or the gap, the group behind counted above 0)
    with its 95 % range in the year that it starts from and in the latest, None where it is not shown; `missing`: why
    `now` is not there. `fell_back`: the gap is small enough, but the group itself is worse than where it started."""

    target: TargetFor
    now: Span | None
    then: Span | None
    missing: Missing = ""
    tested: TargetTest | None = None
    is_past: bool = False
    fell_back: bool = False


def progress(target: TargetFor, s: Situation, rows: Mapping[str, Sequence[Row]]) -> Progress:
    """`rows`: group (or partner) -> its published years, the oldest first, for each that the target speaks of."""
    of = [_years(rows.get(name, ())) for name in (target.groups or (str(target.partner),))]
    end = s.now["period_end"] if s.now else None
    now, then = ([years.get(day) if day else None for years in of] for day in (end, target.start))
    if end is None or any(row is None or row["low"] is None for row in now):
        hidden = any(row is not None and row["suppressed"] for row in now)
        return Progress(target, None, _span(then, s), "hidden" if hidden else "no figure")
    shown = [row for row in now if row is not None]
    tested = _of_gap(target, s, shown) if target.beside else _of_one(target, s, shown[0], of[0])
    worse = bool(target.beside) and tested.beyond >= 0 and _worse(s, shown[0], then[0])
    if worse:
        tested = replace(tested, met="missed")
    return Progress(target, _span(now, s), _span(then, s), "", tested, years_between(end, target.until) == 0, worse)


def _years(rows: Sequence[Row]) -> dict[Any, Row]:
    return {row["period_end"]: row for row in rows}


def _span(those: Sequence[Row | None], s: Situation) -> Span | None:
    """The figure of one, or how far the first lies behind the second."""
    known = [row for row in those if row is not None and row["low"] is not None]
    if len(known) < len(those):
        return None
    if len(known) == 1:
        return known[0]["rate"], known[0]["low"], known[0]["high"]
    size, wide = _behind(s, known), Z95 * math.hypot(*map(error_of, known))
    return size, size - wide, size + wide


def _behind(s: Situation, pair: Sequence[Row]) -> float:
    way = 1 if s.indicator.better == "higher" else -1
    return way * float(pair[1]["rate"] - pair[0]["rate"])


def _of_one(target: TargetFor, s: Situation, now: Row, years: Mapping[Any, Row]) -> TargetTest:
    before = [
        row["rate"]
        for end, row in years.items()
        if end.month == now["period_end"].month and end < now["period_end"] and row["rate"] is not None
    ]
    return target_test(
        _figure(s, now), now["rate"], error_of(now), now["denominator"], target.target,
        higher_is_better=s.indicator.better == "higher", years=before,
        ahead=years_between(now["period_end"], target.until),
    )  # fmt: skip


def _of_gap(target: TargetFor, s: Situation, pair: Sequence[Row]) -> TargetTest:
    """Without a forecast: how far a gap moves from year to year is not known well enough."""
    wide = math.hypot(*(wide_error(_figure(s, row), error_of(row), row["denominator"]) for row in pair))
    beyond = target.target - _behind(s, pair)
    return TargetTest(beyond, stands(beyond, wide), None)


def _figure(s: Situation, row: Row) -> Figure:
    """The measure's figure with the row's part of what its months scatter beyond chance."""
    assert s.figure
    whole = s.whole["denominator"] if s.whole else None
    part = min(1.0, row["denominator"] / whole) if whole else 1.0
    return replace(s.figure, scatter=s.figure.scatter.part(part) if s.figure.scatter else None)


def _worse(s: Situation, now: Row, then: Row | None) -> bool:
    """Whether the group lies on the worse side of where it started; not known counts as worse."""
    if then is None or then["rate"] is None:
        return True
    return bool(now["rate"] < then["rate"] if s.indicator.better == "higher" else now["rate"] > then["rate"])
