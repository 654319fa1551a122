"""Outliers: which partners differ from the others by more than partners of their size do by chance.

From published rows only (see `metrics.results.published_results`), so a hidden figure bears on nothing that is said or
drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from metrics.counting.strata import NOT_REPORTED
from metrics.grouping.dimensions import coarser
from metrics.statistics import funnel_limits, shrinkage
from metrics.statistics.funnel_limits import ALARM, CHANCE_ALONE, WARNING, Spread
from metrics.statistics.intervals import Span, error_of_mean, share_to_expected, wilson
from metrics.statistics.shrinkage import Shrunken
from metrics.statistics.standardization import expected
from schemas.policy.result_columns import BY_AGE_AND_SEX

Row = dict[str, Any]
Stand = Literal[
    "alike", "close", "explained", "perhaps better", "perhaps worse", "better", "worse", "perhaps higher",
    "perhaps lower", "higher", "lower",
]  # fmt: skip
Kind = Literal["performance", "need"]
By = Literal["sender", "age_and_sex", "age"]
FEWEST_FOR_SPREAD = 10
"""From fewer partners their usual spread cannot be told from an outlier: no limit is widened, no figure shrunken."""


@dataclass(frozen=True)
class Funnel:
    """Partners around their common figure. `shown`: rows with a figure; `hidden`: rows without one.

    `center`: the shown partners taken together (not the partnership's figure: there a person of several partners
    counts once and a return to any hospital counts). `deviation`: of means, the standard deviation within partners.
    `stands`: one a shown row; perhaps: outside the 95 % limits alone; close: outside them by too little to matter;
    explained: outside them, but with as many cases as its people let expect.
    `alarm`: z of the outer limits. `kind`: what kind of partners they are; None where that may not be said.
    """

    shown: list[Row]
    hidden: list[Row]
    center: float
    spread: Spread
    deviation: float | None = None
    stands: list[Stand] = field(default_factory=list)
    alarm: float = ALARM
    kind: str | None = None

    @property
    def by_scope(self) -> dict[str, Stand]:
        """Partner -> where it stands; those without a figure are left out."""
        return {row["scope"]: stand for row, stand in zip(self.shown, self.stands, strict=True)}

    @property
    def shrunken(self) -> Shrunken | None:
        """The shown partners' figures moved toward each other, and how reliable each is, for display alone.

        None when there are too few partners to know how far they usually lie apart.
        """
        if len(self.shown) < FEWEST_FOR_SPREAD:
            return None
        n = [r["denominator"] for r in self.shown]
        if self.deviation is not None:
            within = shrinkage.variance_of_means(n, self.deviation)
        else:
            within = shrinkage.variance_of_rates([r["numerator"] for r in self.shown], n)
        return shrinkage.shrunken([r["rate"] for r in self.shown], within)

    def limits(self, people: Sequence[float], z: float) -> tuple[list[float], list[float]]:
        """Lower and upper limits for partners with so many people."""
        if self.deviation is None:
            low, high = funnel_limits.limits(self.center, people, z, self.spread.tau2)
        else:
            low, high = funnel_limits.limits_of_means(self.center, people, z, self.deviation, self.spread.tau2)
        return low.tolist(), high.tolist()


@dataclass(frozen=True)
class Judging:
    """How partners are judged in a figure: which way is better, and the smallest difference that matters (a share, or
    the mean's unit). Of need a partner stands higher or lower, never better or worse: who comes to it is not its doing.
    `partial`: a partner sees a part of its cases, while its own probabilities may be of all of them.
    """

    better: str
    kind: Kind = "performance"
    smallest: float = 0.0
    partial: bool = False


def with_figure(row: Row) -> bool:
    """Whether a row has a figure with its interval, which may be compared."""
    return row["low"] is not None


def partner_funnel(rows: Iterable[Row], how: Judging, alarm: float = ALARM) -> Funnel | None:
    """The funnel of partners' rows of one figure and period; None when fewer than two have a figure to compare."""
    known = list(rows)
    shown, hidden = ([r for r in known if with_figure(r) == there] for there in (True, False))
    if len(shown) < 2:
        return None
    n = [r["denominator"] for r in shown]
    enough = len(shown) >= FEWEST_FOR_SPREAD
    if any(r["numerator"] is None for r in shown):
        means = np.array([r["rate"] for r in shown])
        errors = error_of_mean([r["low"] for r in shown], [r["high"] for r in shown], n)
        deviation = funnel_limits.pooled_deviation(n, errors)
        spread = funnel_limits.spread_of_means(means, n, deviation) if enough else CHANCE_ALONE
        found = Funnel(shown, hidden, funnel_limits.center(means * n, n), spread, deviation, alarm=alarm)
    else:
        x = [r["numerator"] for r in shown]
        spread = funnel_limits.spread(x, n) if enough else CHANCE_ALONE
        found = Funnel(shown, hidden, funnel_limits.center(x, n), spread, alarm=alarm)
    (low, high), (lowest, highest) = (found.limits(n, z) for z in (WARNING, alarm))
    matters = _matters(found, how)
    stands: list[Stand] = [
        "close"
        if not low[k] <= r["rate"] <= high[k] and abs(r["rate"] - found.center) < matters
        else _stand(r["rate"], (low[k], high[k]), (lowest[k], highest[k]), how)
        for k, r in enumerate(shown)
    ]
    scale = _level(shown)
    return replace(found, stands=[_given(r, s, found, how, scale) for r, s in zip(shown, stands, strict=True)])


def _level(rows: Sequence[Row]) -> float | None:
    """How many cases these partners have together for each one expected by age and sex in the whole partnership: that
    of their kind. None of fewer than two."""
    known = [r for r in rows if r.get("expected") and r.get("expected_by") == BY_AGE_AND_SEX]
    of_all = sum(r["expected"] for r in known)
    return sum(r["numerator"] for r in known) / of_all if len(known) > 1 else None


def _given(row: Row, stand: Stand, found: Funnel, how: Judging, level: float | None) -> Stand:
    """Where a partner stands given its people: one outside the limits differs only where its cases differ as surely
    from those that its people let expect. By age and sex these are as in its kind (`level`), by its own probabilities
    as they are; where neither is known it stands as its figure does."""
    if stand in ("alike", "close") or not row.get("expected") or row["numerator"] is None:
        return stand
    above, by_mix = row["rate"] > found.center, row.get("expected_by") == BY_AGE_AND_SEX
    if (by_mix and level is None) or (not by_mix and how.partial and above):
        return stand
    events = row["expected"] * (level or 1.0) if by_mix else row["expected"]

    def differs(z: float) -> bool:
        _, low, high = share_to_expected(row["numerator"], row["denominator"], events, z)
        return low > 1 if above else high < 1

    if stand.startswith("perhaps"):
        return stand if differs(WARNING) else "explained"
    return stand if differs(found.alarm) else _PERHAPS[stand] if differs(WARNING) else "explained"


_PERHAPS: dict[str, Stand] = {
    "better": "perhaps better", "worse": "perhaps worse", "higher": "perhaps higher", "lower": "perhaps lower",
}  # fmt: skip


def _matters(found: Funnel, how: Judging) -> float:
    """From which distance on a difference matters; of a rate never more than a tenth of it."""
    return how.smallest if found.deviation is not None else min(how.smallest, found.center / 10)


def _stand(rate: float, inner: tuple[float, float], outer: tuple[float, float], how: Judging) -> Stand:
    if inner[0] <= rate <= inner[1]:
        return "alike"
    above, sure = rate > inner[1], not outer[0] <= rate <= outer[1]
    if how.kind == "need":
        way: Stand = "higher" if above else "lower"
        return way if sure else "perhaps higher" if above else "perhaps lower"
    good = above == (how.better == "higher")
    if sure:
        return "better" if good else "worse"
    return "perhaps better" if good else "perhaps worse"


@dataclass(frozen=True)
class Adjusted:
    """Observed beside expected of one partner.

    `by`: the probabilities that its sender gave, the partnership's rates by age and sex, or its kind's by age. `ratio`
    (with its 95 % interval) is None when it cannot be worked out: `hidden` names the age bands of which a figure it
    needs is hidden. `sure`: the ratio differs from 1 by what a mark needs (`peer_comparison.mark_at`).
    """

    by: By
    observed: int = 0
    expected: float = np.nan
    ratio: Span | None = None
    sure: bool = False
    hidden: tuple[str, ...] = ()


def added_up(rows: Iterable[Row]) -> list[Row]:
    """The rows of several partners by group as one for each group; unknown where one of them is."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row["category"], []).append(row)
    return [{"category": category, **_sums(those)} for category, those in by.items()]


def in_same_groups(grouping: str, by_scope: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Everyone's rows of a grouping by the coarsest groups that any of them shows."""
    rung = max((row["rung"] for rows in by_scope.values() for row in rows), default=0)
    return {scope: coarsened(grouping, rows, rung) for scope, rows in by_scope.items()}


def coarsened(grouping: str, rows: Iterable[Row], rung: int) -> list[Row]:
    """Rows of a grouping by its coarser groups; unknown where a part is hidden, and what is added up of means."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(coarser(grouping, row["category"], row.get("rung", 0), rung), []).append(row)
    return [{**_added(mine), "category": group, "rung": rung} for group, mine in parts.items()]


def _added(rows: Sequence[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    sums = _sums(rows)
    x, n = sums["numerator"], sums["denominator"]
    rate = low = high = None
    if n and x is not None and rows[0]["numerator"] is not None:
        ends = wilson([x], [n])
        rate, low, high = x / n, float(ends[0][0]), float(ends[1][0])
    return {**rows[0], **sums, "rate": rate, "low": low, "high": high, "suppressed": n is None}


def _sums(rows: Sequence[Row]) -> dict[str, int | None]:
    unknown = any(_hidden(r) for r in rows)
    return {name: None if unknown else sum(r[name] or 0 for r in rows) for name in _COUNTS}


_COUNTS = ("numerator", "denominator")


def _hidden(row: Row) -> bool:
    return row["denominator"] is None or (row["denominator"] > 0 and row["numerator"] is None)


def adjusted(row: Row, own: Iterable[Row], whole: Iterable[Row], alarm: float = ALARM) -> Adjusted:
    """Observed over expected of a partner's `row`: by what the release expects of it (`expected_by`: its own
    probabilities, else age and sex); without that by age alone, from its own rows by age and those of its kind together
    (`added_up`), of the same period.

    By age, people of unknown age are left out on both sides, and a band that is hidden on either side leaves no ratio.
    """
    if row.get("expected") is not None and row["numerator"] is not None:
        by: By = "age_and_sex" if row.get("expected_by") == BY_AGE_AND_SEX else "sender"
        return _beside(by, row["numerator"], row["denominator"], row["expected"], alarm)
    reference = {r["category"]: r for r in whole}
    mine = [r for r in own if r["category"] != NOT_REPORTED and r["denominator"] != 0]
    hidden = tuple(sorted(r["category"] for r in mine if _unknown(r) or _unknown(reference.get(r["category"]))))
    if hidden or not mine:
        return Adjusted("age", hidden=hidden)
    others, people = [reference[r["category"]] for r in mine], [r["denominator"] for r in mine]
    events = expected(people, [r["numerator"] for r in others], [r["denominator"] for r in others])
    return _beside("age", sum(r["numerator"] for r in mine), sum(people), events, alarm)


def _beside(by: By, observed: int, people: int, events: float, alarm: float) -> Adjusted:
    if events <= 0:
        return Adjusted(by, observed, events)
    _, low, high = share_to_expected(observed, people, events, alarm)
    return Adjusted(by, observed, events, share_to_expected(observed, people, events), not low <= 1 <= high)


def _unknown(row: Row | None) -> bool:
    return row is None or row["numerator"] is None or not row["denominator"]
