"""What an action changed, as far as published figures say: facts, no words.

Beside partners that did not take part it is a difference of differences. Without them there is a before and an after,
which is never called an effect: those who were chosen because their figures were high would have come down anyway.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from scipy.special import expit, logit

from metrics.acting import beside_others, whole_years
from metrics.acting.arms import LEAST_AFTER, LEAST_BEFORE, Action, Arms, Kind, WhyLeft, arms, first_day
from metrics.acting.beside_others import Course
from metrics.acting.whole_years import TwoYears
from metrics.statistics.intervals import Span
from metrics.statistics.spc import Floats

Row = dict[str, Any]
Verdict = Literal["changed", "no detectable change", "no comparison", "not enough data"]
Method = Literal["month", "quarter", "year", "rare", ""]
WhyNot = Literal["", "nobody beside", "apart before"]
"""Why there is no comparison: nobody who did not take part can be compared, or they moved apart before the start."""
PLACEBO_ERROR = 0.01
"""How often placebo dates of partners that move alike wrongly end a comparison, all dates together."""
_PLACEBO_MONTHS = (3, 9, 15, 21)
"""Months before the start at which nothing began: the nearest shows whether they were chosen for their last figures."""


@dataclass(frozen=True)
class Placebo:
    """A date at which nothing began, or a measure that the action was not about, and what was found there."""

    what: str
    found: Span
    changed: bool


@dataclass(frozen=True)
class Picture:
    """Those taking part, the others, and where those taking part would be: figures by period, the oldest first.
    `expected` is of the periods after the start alone; empty without a comparison."""

    ends: tuple[dt.date, ...]
    taking: Floats
    others: Floats
    expected: Floats


@dataclass(frozen=True)
class Impact:
    """What may be said. `found`: the difference that the action made, in shares or the measure's unit, with its 95 %
    interval; without a comparison, beside where the baseline was heading, and None where that is unknown. `ratio`: of
    rare cases, how many times as often. `plainly`: after less before, of those taking part alone. `before`, `after`:
    periods on each side. `left`: who is not compared, and why."""

    action: Action
    method: Method
    verdict: Verdict
    why: WhyNot = ""
    taking: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    left: Mapping[str, WhyLeft] = field(default_factory=dict)
    before: int = 0
    after: int = 0
    found: Span | None = None
    ratio: Span | None = None
    plainly: float | None = None
    levels: tuple[float, float, float, float] | None = None
    """Those taking part before and after, then the others."""
    dates: tuple[Placebo, ...] = ()
    course: Course | None = None
    picture: Picture | None = None
    people: float = 0
    """People or stays counted at those taking part after the start."""


def impact(rows: Iterable[Row], action: Action, beside: Sequence[str], smallest: float) -> Impact:
    """What an action changed. `rows`: published rows of its measure as everyone sees them, of all scopes and of the
    action's group or everyone; `beside`: partners that did not take part; `smallest`: the smallest meaningful
    difference, rates as fractions. By month where all those taking part show theirs, else by quarter, else by year."""
    own, left = list(rows), dict[str, WhyLeft]()
    others = [name for name in beside if name not in action.partners]
    if action.group is None:
        kinds: tuple[Kind, ...] = ("month", "quarter")
        for kind in kinds:
            held, left = arms(own, action, others, kind)
            if held:
                return replace(_with_course(of_arms(held, action, smallest), held, smallest), left=left)
    pair, left = whole_years.two_years(own, action, others)
    return replace(of_years(pair, action, smallest), left=left) if pair else Impact(
        action, "", "not enough data", taking=action.partners, left=left)  # fmt: skip


def of_arms(held: Arms, action: Action, smallest: float) -> Impact:
    """The same of periods that are put together already."""
    known = Impact(
        action, held.kind, "not enough data", "" if held.others else "nobody beside", held.names[: held.taking],
        held.others, {}, held.before, held.after, plainly=_plainly(held), levels=_levels(held),
        picture=_picture(held), people=float(held.counts.people[: held.taking, held.before :].sum()),
    )  # fmt: skip
    usual = beside_others.usual_variance(held, smallest)
    if _rare(held):
        return _of_rare(known, held.counts.count, held.counts.people, held.taking, held.before)
    if not held.others:
        return _alone(known, held, usual)
    scatter = beside_others.learnt(held, usual)
    dates = placebo_dates(held, usual, scatter, smallest)
    if any(one.changed for one in dates):
        return replace(_alone(known, held, usual), why="apart before", dates=dates)
    moved = beside_others.level(held, usual, scatter)
    if not moved:
        return known
    found = beside_others.in_units(held, moved[0])
    picture = replace(_picture(held), expected=beside_others.expected(held, usual))
    return replace(known, verdict=_verdict(found, smallest), found=found, dates=dates, picture=picture)


def _with_course(said: Impact, held: Arms, smallest: float) -> Impact:
    """With how it went on month by month, where there is a comparison to tell it by."""
    if said.found is None or said.verdict not in ("changed", "no detectable change") or said.method == "rare":
        return said
    usual = beside_others.usual_variance(held, smallest)
    return replace(said, course=beside_others.course(held, usual, beside_others.learnt(held, usual)))


def placebo_dates(held: Arms, usual: float, scatter: Floats | None, smallest: float) -> tuple[Placebo, ...]:
    """Dates before the start, tried as if it had been then, with the baseline alone."""
    months = 3 if held.kind == "quarter" else 1
    least = LEAST_BEFORE[held.kind] // 2
    places = [held.before - m // months for m in _PLACEBO_MONTHS]
    places = [at for at in places if at >= least and held.before - at >= min(LEAST_AFTER.values()) - (months > 1)]
    tried = []
    for at in places:
        then = held.upto(held.before, at)
        found = [beside_others.in_units(then, v)
                 for v in beside_others.level(then, usual, scatter, 0.95, 1 - PLACEBO_ERROR / len(places))]  # fmt: skip
        if found:
            tried.append(
                Placebo(str(first_day(then.ends[at], held.kind)), found[0], _verdict(found[1], smallest) == "changed")
            )
    return tuple(tried)


def _verdict(found: Span, smallest: float) -> Verdict:
    apart = found[1] > 0 or found[2] < 0
    return "changed" if apart and abs(found[0]) > smallest else "no detectable change"


def _alone(known: Impact, held: Arms, usual: float) -> Impact:
    moved = beside_others.before_after(held, usual)
    found = beside_others.in_units(held, moved) if moved else None
    return replace(known, verdict="no comparison", found=found)


def _rare(held: Arms) -> bool:
    """Fewer than five cases are to be expected in a period of one side."""
    if held.counts.variance is not None:
        return False
    x, n = held.counts.count, held.counts.people
    sides = [slice(0, held.taking), slice(held.taking, None)] if held.others else [slice(0, held.taking)]
    return any(min(c[s].sum(axis=0).mean() for c in (x, n - x)) < 5 for s in sides)


def _of_rare(known: Impact, x: Floats, n: Floats, taking: int, before: int) -> Impact:
    """Cases before and after, each side added up, exactly."""
    table, people = (
        np.array([[v[s, :before].sum(), v[s, before:].sum()] for s in (slice(0, taking), slice(taking, None))])
        for v in (x, n)
    )
    known = replace(known, method="rare")
    if known.why == "nobody beside":
        return replace(known, verdict="no comparison")
    if table.sum() > people.sum() / 2:
        return _counted_the_other_way(known, people - table, people)
    ratio = whole_years.times_as_often(table, people)
    if ratio is None:
        return known
    to_expect = table[0, 1] / people[0, 1] / ratio[0] if ratio[0] else _to_expect(table, people)
    found = tuple(float(to_expect * (v - 1)) for v in ratio)
    changed = ratio[1] > 1 or ratio[2] < 1
    return replace(known, verdict="changed" if changed else "no detectable change", ratio=ratio,
                   found=(found[0], found[1], found[2]))  # fmt: skip


def _to_expect(table: Floats, people: Floats) -> float:
    rate = table / people
    return float(rate[0, 0] * rate[1, 1] / rate[1, 0])


def _counted_the_other_way(known: Impact, table: Floats, people: Floats) -> Impact:
    """Nearly everyone is a case: those who are not are rare."""
    turned = _of_rare(known, table, people, 1, 1)
    if turned.found is None:
        return turned
    middle, low, high = turned.found
    return replace(turned, found=(-middle, -high, -low))


def of_years(held: TwoYears, action: Action, smallest: float) -> Impact:
    """The same of two years that are put together already."""
    c = held.counts
    rate = [(v[0] / v[1]) for v in ((c.count[s].sum(axis=0), c.people[s].sum(axis=0))
            for s in (slice(0, held.taking), slice(held.taking, None)))]  # fmt: skip
    known = Impact(
        action, "year", "not enough data", "" if held.others else "nobody beside", held.names[: held.taking],
        held.others, {}, 1, 1, plainly=float(rate[0][1] - rate[0][0]),
        levels=(*map(float, rate[0]), *map(float, rate[1])) if held.others else None,  # type: ignore[arg-type]
        picture=Picture(held.ends, rate[0], rate[1] if held.others else np.array([]), np.array([])),
        people=float(c.people[: held.taking, 1].sum()),
    )  # fmt: skip
    if whole_years.is_rare(c, held.taking):
        return _of_rare(known, c.count, c.people, held.taking, 1)
    if not held.others:
        return replace(known, verdict="no comparison")
    moved = whole_years.moved(held, beside_others.ODDS**2 if c.variance is None else (smallest / 2) ** 2)
    if c.variance is None:
        now = float(logit(rate[0][1]))
        moved = (float(expit(now) - expit(now - moved[0])), float(expit(now) - expit(now - moved[1])),
                 float(expit(now) - expit(now - moved[2])))  # fmt: skip
    return replace(known, verdict=_verdict(moved, smallest), found=moved)


def _plainly(held: Arms) -> float:
    before, after = _sides(held, taking=True)
    return after - before


def _levels(held: Arms) -> tuple[float, float, float, float] | None:
    return (*_sides(held, taking=True), *_sides(held, taking=False)) if held.others else None


def _sides(held: Arms, *, taking: bool) -> tuple[float, float]:
    s = slice(0, held.taking) if taking else slice(held.taking, None)
    x, n = held.counts.count[s], held.counts.people[s]
    at = held.before
    return float(x[:, :at].sum() / n[:, :at].sum()), float(x[:, at:].sum() / n[:, at:].sum())


def _picture(held: Arms) -> Picture:
    others = held.pooled(taking=False) if held.others else np.array([])
    return Picture(held.ends, held.pooled(taking=True), others, np.array([]))
