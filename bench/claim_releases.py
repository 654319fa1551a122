"""Worlds as a release would publish them, judged by the same code as the scorecard: targets near the truth, and months
that are hidden because of their value."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import claim_worlds as w
import numpy as np
import polars as pl
from scipy.stats import t as student

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.periods import month_ends
from metrics.indicators import indicators
from metrics.judging import indicator_facts, sentences
from metrics.judging.indicator_facts import Situation
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
    clear = against = foretold = asked = 0
    for month in w.LOOKS:
        for k, s in enumerate(_situations(counts, month, partnership)):
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
    counts, rests, none, false, hidden = [c.partners for c in made.counts()], 0, 0, 0, 0
    partnership = Partnership(targets=dict.fromkeys(MEASURES, 0.5))
    for month in w.LOOKS:
        found = list(_situations(counts, month, partnership, hide=True))
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


def _situations(
    counts: list[MonthCounts], month: int, partnership: Partnership, *, hide: bool = False
) -> list[Situation]:
    known = indicators()
    rows = [row for name, one in zip(MEASURES, counts, strict=True) for row in _rows(name, one.upto(month), hide=hide)]
    return indicator_facts.situations([known[name] for name in MEASURES], pl.DataFrame(rows), partnership)


def _rows(name: str, counts: MonthCounts, *, hide: bool) -> Iterator[dict[str, Any]]:
    """Months of every partner and of all, and their rolling years by quarter."""
    scopes = [(f"partner_{p}", counts.of(p)) for p in range(len(counts.people)) if np.nansum(counts.people[p]) > 0]
    for scope, one in [(PARTNERSHIP, counts), *scopes]:
        for m in range(counts.months):
            yield _row(name, scope, "month", one, slice(m, m + 1), hide)
        for end in range(YEAR, counts.months + 1, 3):
            yield _row(name, scope, "year", one, slice(end - YEAR, end), hide)


def _row(name: str, scope: str, period: str, counts: MonthCounts, months: slice, hide: bool) -> dict[str, Any]:
    x, n = float(np.nansum(counts.count[:, months])), int(np.nansum(counts.people[:, months]))
    small = hide and counts.variance is None and any(0 < v < _SMALLEST for v in (n, x, n - x))
    shown: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "rate", "low", "high"))
    if not small:
        shown["denominator"] = n
    if not small and n > 0 and counts.variance is None:
        low, high = wilson([x], [n])
        shown |= {"numerator": int(x), "rate": x / n, "low": float(low[0]), "high": float(high[0])}
    elif n > 1 and counts.variance is not None:
        half = float(student.ppf(0.975, n - 1)) * float(np.sqrt(np.nanmean(counts.variance[:, months]) / n))
        shown |= {"rate": x / n, "low": x / n - half, "high": x / n + half}
    end = _ENDS[months.stop - 1]
    start = _ENDS[months.start].replace(day=1)
    return {
        "indicator": name, "scope": scope, "period_kind": period, "period_start": start, "period_end": end,
        "stratifier": "all", "category": "all", **shown, "suppressed": small, "unreliable": n < 30,
        "provisional": False,
    }  # fmt: skip
