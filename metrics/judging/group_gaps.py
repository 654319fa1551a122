"""Gaps between groups: which two lie furthest apart, and by how much.

From published rows of the partnership only (see `metrics.results.published_results`): a hidden group bears on nothing
that is said, and where a figure needs a hidden cell there is none. `metrics.judging.group_changes` says whether a gap
moved.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from scipy.special import ndtri, stdtrit

from metrics.counting.strata import NOT_REPORTED, left_over
from metrics.statistics.intervals import Z95, Span, difference_of, error_of_mean, ratio, wilson

Row = dict[str, Any]
Beside = Literal["better", "worse", "alike", "unknown"]
_LEVEL = 0.95
NO_GROUP = (NOT_REPORTED, "unknown", "declined")
"""People of whom it is not known to which group they belong."""
OF_FAIRNESS = ("race_ethnicity", "language", "sex", "payer", "county_fips")


def groups(rows: Iterable[Row]) -> list[Row]:
    """The rows of known groups that have a figure with its interval."""
    return [r for r in rows if r["category"] not in NO_GROUP and r["low"] is not None]


def hidden_groups(rows: Iterable[Row]) -> int:
    """How many known groups are hidden."""
    return sum(r["suppressed"] for r in rows if r["category"] not in NO_GROUP)


def pooled(years: Sequence[Iterable[Row]]) -> list[Row]:
    """The groups that are shown in each of some years, a row each for all these years together."""
    by_year = [{r["category"]: r for r in groups(rows)} for rows in years]
    shown = [c for c in by_year[0] if all(c in one for one in by_year)] if by_year else []
    return _together([[one[category] for one in by_year] for category in shown])


def _together(parts: Sequence[Sequence[Row]]) -> list[Row]:
    """Rows of one indicator, group by group, added up to a row for each."""
    people = [sum(r["denominator"] for r in rows) for rows in parts]
    if any(rows[0]["numerator"] is None for rows in parts):
        figures = [_mean_of(rows, n) for rows, n in zip(parts, people, strict=True)]
    else:
        figures = _rates_of([sum(r["numerator"] for r in rows) for rows in parts], people)
    return [
        {**rows[0], **figure, "denominator": n, "unreliable": any(r["unreliable"] for r in rows)}
        for rows, figure, n in zip(parts, figures, people, strict=True)
    ]


def _rates_of(counts: Sequence[int], people: Sequence[int]) -> list[Row]:
    low, high = wilson(counts, people)
    return [
        {"numerator": x, "rate": x / n, "low": float(low[k]), "high": float(high[k])}
        for k, (x, n) in enumerate(zip(counts, people, strict=True))
    ]


def _mean_of(rows: Sequence[Row], people: int) -> Row:
    rate = sum(r["rate"] * r["denominator"] for r in rows) / people
    error = math.sqrt(sum((error_of(r) * r["denominator"]) ** 2 for r in rows)) / people
    half = error * float(stdtrit(people - 1, 0.975))
    return {"rate": rate, "low": rate - half, "high": rate + half}


def error_of(row: Row) -> float:
    """The standard error of a mean, from its interval."""
    return float(error_of_mean(row["low"], row["high"], row["denominator"]))


@dataclass(frozen=True)
class Gap:
    """Two groups, and how far they lie apart: `size` with its interval, ahead minus behind in the sense of the
    indicator. The interval allows for `pairs` that were compared to find these two."""

    ahead: Row
    behind: Row
    size: Span
    pairs: int = 1


def widest(rows: Iterable[Row], better: str, figures: int = 1) -> Gap | None:
    """The two reliable groups that surely lie furthest apart: the largest lower end of the gap's interval. None when
    no two differ beyond chance. What is left over ("other") is no group that anyone could act for.

    Of many pairs some differ by chance, so the intervals hold together at 95% (Bonferroni), over all pairs of so many
    `figures`.
    """
    known = [r for r in groups(rows) if not r["unreliable"] and not left_over(r["category"])]
    pairs = max(len(known) * (len(known) - 1) // 2, 1) * figures
    ordered = sorted(known, key=lambda r: r["rate"], reverse=better == "higher")
    spans = _spans(ordered, pairs)
    gaps = [
        Gap(ordered[a], ordered[b], _gap(spans[a], spans[b], better), pairs)
        for a, b in combinations(range(len(ordered)), 2)
    ]
    return max((g for g in gaps if g.size[1] > 0), key=lambda g: g.size[1], default=None)


def between(now: Mapping[str, Row], pair: tuple[str, str], better: str) -> Gap:
    """The gap between two groups that were picked beforehand (rows by category); the one ahead now comes first."""
    first, second = (now[category] for category in pair)
    ahead, behind = (first, second) if (first["rate"] >= second["rate"]) == (better == "higher") else (second, first)
    return Gap(ahead, behind, distance(ahead, behind, better))


def distance(ahead: Row, behind: Row, better: str) -> Span:
    """How far one group lies ahead of another in the sense of the indicator, with its 95% interval."""
    first, second = _spans([ahead, behind], 1)
    return _gap(first, second, better)


def _gap(ahead: Span, behind: Span, better: str) -> Span:
    return difference_of(ahead, behind) if better == "higher" else difference_of(behind, ahead)


def _spans(rows: Sequence[Row], among: int) -> list[Span]:
    """Rates of one indicator with the intervals that are right together with those of so many comparisons."""
    z = float(-ndtri((1 - _LEVEL) / 2 / among))
    rates = [r["rate"] for r in rows]
    if any(r["numerator"] is None for r in rows):  # means: as many standard errors more
        wider = z / Z95
        return [
            (rate, rate - wider * (rate - r["low"]), rate + wider * (r["high"] - rate))
            for rate, r in zip(rates, rows, strict=True)
        ]
    low, high = wilson([r["numerator"] for r in rows], [r["denominator"] for r in rows], z)
    return list(zip(rates, low.tolist(), high.tolist(), strict=True))


def beside(row: Row, whole: Row | None, better: str, among: int) -> Beside:
    """How a group's row stands beside everyone's: alike while its interval holds that rate.

    `among`: how many groups are held against it, so that all their marks together are wrong as seldom as one.
    """
    if row["rate"] is None or row["low"] is None or not whole or whole["rate"] is None:
        return "unknown"
    ((_, low, high),) = _spans([row], max(among, 1))
    if low <= whole["rate"] <= high:
        return "alike"
    return "better" if (row["rate"] > whole["rate"]) == (better == "higher") else "worse"


def ratio_of(gap: Gap) -> Span | None:
    """The rate of those behind over that of those ahead, with its interval; None for means."""
    if gap.ahead["numerator"] is None:
        return None
    return ratio(gap.behind["numerator"], gap.behind["denominator"], gap.ahead["numerator"], gap.ahead["denominator"])
