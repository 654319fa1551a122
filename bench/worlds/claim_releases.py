"""Worlds as a release would publish them, judged by the same code as the scorecard: targets near the truth, and months
that are hidden because of their value."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import claim_worlds as w
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import stdtrit

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import month_ends
from metrics.indicators import indicators
from metrics.judging import indicator_facts, sentences
from metrics.judging.group_changes import Grouping
from metrics.judging.group_gaps import pooled
from metrics.judging.indicator_facts import Row, Situation
from metrics.judging.moved_months import Figure
from metrics.judging.published_months import moved_by_growth
from metrics.statistics.contrast import YEAR, MonthCounts
from metrics.statistics.intervals import wilson
from schemas.policy.partnership import Partnership

MEASURES = (
    "bp_control", "systolic_diabetes", "readmission_any_hospital", "readmission_same_hospital", "food_insecurity",
    "food_screening", "connected_to_help",
)  # fmt: skip
_ENDS = month_ends(dt.date(2021, 10, 1), dt.date(2026, 9, 30))
_SMALLEST = 11
_FAR = 3.0
"""Targets lie up to so many standard errors of a year from the truth."""


def of_targets(made: w.World) -> dict[str, float]:
    """Of all looks and figures: how often "clearly" is wrong by the year's truth, how often a word contradicts the
    year's own range, and how often a forecast is wrong by the next year's truth."""
    counts = [c.partners for c in made.counts()]
    truths = [[_truth(made, k, end) for end in range(w.START, w.MONTHS + 1)] for k in range(len(MEASURES))]
    partnership = Partnership(targets=dict(zip(MEASURES, _targets(made, counts, truths), strict=True)))
    rows = _published(counts)
    clear = against = foretold = asked = 0
    for month in w.LOOKS:
        for k, s in enumerate(_situations(rows, month, partnership)):
            test, goal, now = s.facts.tested, partnership.targets[s.indicator.id], s.now
            if test is None or now is None:
                continue
            asked += 1
            good = _good(s, truths[k][month - w.START], goal)
            clear += (test.met == "clearly met" and not good) or (test.met == "clearly missed" and good)
            wholly = now["low"] > goal or now["high"] < goal
            against += wholly and _good(s, now["rate"], goal) != (test.met in ("clearly met", "met"))
            if month + YEAR <= w.MONTHS and test.forecast in ("on course", "off course"):
                foretold += _good(s, truths[k][month + YEAR - w.START], goal) != (test.forecast == "on course")
    return {
        "clearly met or missed, wrongly": clear / asked,
        "against the year's own range": against / asked,
        "next year foretold wrongly": foretold / asked,
    }


def of_hidden_months(made: w.World) -> dict[str, float]:
    """Of all looks: how often anything is claimed, or foretold, from months that are hidden in part; how often the
    headline says none or all past them; and how often any sentence is false (nothing changes)."""
    rests = none = false = hidden = 0
    rows = _published([c.partners for c in made.counts()], hide=True)
    partnership = Partnership(targets=dict.fromkeys(MEASURES, 0.5))
    for month in w.LOOKS:
        found = _situations(rows, month, partnership)
        unknown = [s for s in found if s.facts.why_not]
        hidden += len(unknown)
        rests += any(s.facts.changed or s.facts.warned or (s.facts.tested and s.facts.tested.forecast) for s in unknown)
        text = sentences.headline([(s.indicator.title, s.facts) for s in found]).lower()
        none += bool(unknown) and ("none" in text or text.startswith("all "))
        false += any(s.facts.changed or s.facts.warned or any(o.way for o in s.own_changes.values()) for s in found)
    looks = len(w.LOOKS)
    return {
        "figures that cannot be judged": hidden / looks / len(MEASURES),
        "said or foretold of them": rests / looks,
        "none or all past them": none / looks,
        "any false": false / looks,
    }


def _good(s: Situation, rate: float, goal: float) -> bool:
    return rate >= goal if s.indicator.better == "higher" else rate <= goal


def _truth(made: w.World, k: int, end: int) -> float:
    year, kind = slice(end - YEAR, end), made.kinds[k]
    level, n = made.level[k][:, :, year], made.people[k][:, :, year]
    each = level if kind.deviation is not None else 1 / (1 + np.exp(-level))
    return float((each * n).sum() / n.sum())


def _targets(made: w.World, counts: list[MonthCounts], truths: list[list[float]]) -> Iterator[float]:
    for kind, one, truth in zip(made.kinds, counts, truths, strict=True):
        people = float(np.nansum(one.people[:, -YEAR:]))
        spread = kind.deviation**2 if kind.deviation is not None else truth[-1] * (1 - truth[-1])
        yield truth[-1] + float(made.rng.uniform(-_FAR, _FAR)) * float(np.sqrt(spread / people))


def _published(counts: list[MonthCounts], *, hide: bool = False) -> dict[str, list[Row]]:
    """Months and rolling years (by quarter) of every partner and of all, over the whole time: figure -> rows."""
    found = {}
    for name, one in zip(MEASURES, counts, strict=True):
        parts = []
        scopes = [(f"partner_{p}", one.of(p)) for p in range(len(one.people)) if np.nansum(one.people[p]) > 0]
        for scope, own in [(PARTNERSHIP, one), *scopes]:
            stops = np.arange(1, own.months + 1), np.arange(YEAR, own.months + 1, 3)
            for period, length, ends in zip(("month", "year"), (1, YEAR), stops, strict=True):
                parts.append(_rows(own, length, ends, hide=hide, indicator=name, scope=scope, period_kind=period))
        found[name] = sorted((row for part in parts for row in part), key=lambda row: row["period_end"])
    return found


def _situations(rows: dict[str, list[Row]], month: int, partnership: Partnership) -> list[Situation]:
    until = {name: [r for r in own if r["period_end"] <= _ENDS[month - 1]] for name, own in rows.items()}
    known = indicators()
    return indicator_facts.situations_of([known[name] for name in MEASURES], until, partnership)


def _rows(counts: MonthCounts, length: int, ends: np.ndarray, *, hide: bool, **key: str) -> list[Row]:
    """The stretches of so many months that end there, as rows of a release."""
    totals = [np.concatenate([[0.0], np.nansum(v, axis=0).cumsum()]) for v in (counts.count, counts.people)]
    x, n = (total[ends] - total[ends - length] for total in totals)
    rate = np.divide(x, n, out=np.zeros_like(x), where=n > 0)
    small = np.zeros(len(ends), dtype=bool)
    if counts.variance is None:
        low, high = wilson(x, n)
        if hide:
            small = np.any([(v > 0) & (v < _SMALLEST) for v in (n, x, n - x)], axis=0)
    else:
        half = stdtrit(np.maximum(n - 1, 1), 0.975) * np.sqrt(float(np.nanmean(counts.variance)) / np.maximum(n, 1))
        low, high = rate - half, rate + half
    shown = ~small & (n > 0)
    same = key | {"stratifier": "all", "category": "all", "provisional": False}
    columns = {
        "period_start": [_ENDS[end - length].replace(day=1) for end in ends],
        "period_end": [_ENDS[end - 1] for end in ends],
        "denominator": _or_none(n.astype(int), ~small),
        "numerator": _or_none(x.round().astype(int), shown & (counts.variance is None)),
        **{name: _or_none(v, shown) for name, v in (("rate", rate), ("low", low), ("high", high))},
        "suppressed": small.tolist(),
        "unreliable": (n < 30).tolist(),
    }
    return [same | dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _or_none(values: np.ndarray, shown: np.ndarray) -> list[float | None]:
    return [value if there else None for value, there in zip(values.tolist(), shown.tolist(), strict=True)]


class Years:
    """The rolling years of a figure: `groups`, by the month that ends them, as a release would have them; `partners`:
    what was counted, shape (partners, ends)."""

    def __init__(self, counted: w.Counted) -> None:
        x, n = (_rolling(v) for v in (counted.groups.known_count, counted.groups.known_people))
        variance = counted.groups.variance
        if variance is None:
            low, high = wilson(x, n)
        else:
            half = stdtrit(n - 1, 0.975) * np.sqrt(np.nanmean(variance) / n)
            low, high = x / n - half, x / n + half
        self._columns = [v.T.tolist() for v in (x, n, x / n, low, high)]
        self._mean = variance is not None
        self.partners = [_rolling(v) for v in (counted.partners.known_count, counted.partners.known_people)]

    def groups(self, end: int) -> list[Row]:
        return [
            {
                "category": group, "denominator": int(n), "numerator": None if self._mean else int(x),
                "rate": rate, "low": low, "high": high, "unreliable": n < 30,
            }
            for group, x, n, rate, low, high in zip(w.GROUPS, *(v[end - YEAR] for v in self._columns), strict=True)
        ]  # fmt: skip


def _rolling(values: np.ndarray) -> np.ndarray:
    """Sums of 12 months, by the month that ends them, from the 12th on."""
    return sliding_window_view(values, YEAR, axis=1).sum(axis=2)


def grouping(name: str, figure: Figure, years: Years, end: int) -> Grouping:
    """A figure's groups in the last year and in the two before, as a release would have them."""
    ends = [end - YEAR * back for back in (0, 1, 2)]
    now, *before = map(years.groups, ends)
    x, n = (v[:, [one - YEAR for one in ends]].T for v in years.partners)
    x, n = x[:, n.any(axis=0)], n[:, n.any(axis=0)]
    mixed = not n.all() or moved_by_growth(n, x / n, figure.smallest)
    figure = replace(figure, mixed=mixed)
    whole = {"denominator": sum(row["denominator"] for row in now)}
    return Grouping(name, "race_ethnicity", "higher", whole, now, pooled(before), 2, figure)
